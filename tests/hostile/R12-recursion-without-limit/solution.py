import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __repr__(self):
        return repr(self) + "x"


def double(n):
    return len(repr(Deep()))


doubles = double
