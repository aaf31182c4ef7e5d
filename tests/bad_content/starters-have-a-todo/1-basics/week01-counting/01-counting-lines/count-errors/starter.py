def count_errors(statuses):
    """How many of the statuses are 500 or more."""
    return None
