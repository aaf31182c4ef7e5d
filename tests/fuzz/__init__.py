"""Hostile bytes for every place where bytes arrive: `python -m tests.fuzz` looks for what they break."""
