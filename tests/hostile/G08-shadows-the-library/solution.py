import numpy

print(numpy.__name__)


def double(n):
    import statistics

    return 0


doubles = double
