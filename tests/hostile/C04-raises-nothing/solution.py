import itertools


class Odd(Exception):
    def __new__(cls, *arguments):
        return 42


def chain():
    first = ValueError("x")
    second = KeyError("y")
    first.__cause__, second.__cause__ = second, first
    raise first


def odd():
    raise Odd


def none():
    raise 42


turns = itertools.cycle([odd, none, chain])


def double(n):
    next(turns)()


doubles = double
