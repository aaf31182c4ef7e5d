def count_errors(statuses):
    """How many of the statuses are 500 or more."""
    return len([status for status in statuses if status // 100 == 5])
