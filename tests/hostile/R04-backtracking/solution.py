import re


def double(n):
    return re.match("(a+)+$", "a" * 40 + "b")


doubles = double
