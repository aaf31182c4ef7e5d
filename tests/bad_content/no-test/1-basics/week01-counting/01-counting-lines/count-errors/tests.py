def check(solution):
    pass
