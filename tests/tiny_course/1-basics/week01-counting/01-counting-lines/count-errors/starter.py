def count_errors(statuses):
    """How many of the statuses are 500 or more."""
    # TODO: count them
    return None
