def double(n):
    return None


doubles = double
