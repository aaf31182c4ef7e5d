"""Texts that are sent into the sandbox as they stand; nothing outside imports them."""
