"""The checks' side: pytest with our plugin, and what it sees of a learner's module."""
