def count_errors(statuses):
    """How many of the statuses are 500 or more."""
    return sum((status >= 500 for status in statuses)
