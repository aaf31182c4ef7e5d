import dataclasses
import enum
import itertools
from collections import namedtuple

answers = itertools.count()


@dataclasses.dataclass
class Point:
    x: int = 0

    @property
    def y(self):
        return 42

    def __getattribute__(self, name):
        return next(answers) if name == "x" else super().__getattribute__(name)


class Colour(enum.IntEnum):
    RED = 1


Colour.RED._value_ = 42
Colour.RED._name_ = "x" * 1000
Pair = namedtuple("Pair", "a b")
Pair._fields = ("a", "b", "c")
Odd = dataclasses.make_dataclass("Odd", [("a", int)])
Odd.__dataclass_fields__ = {"__class__": 1}

turns = itertools.cycle([Point(), Colour.RED, Pair(2, 4), Odd(42), [Pair(1, 2)] * 20, [Point()] * 20])


def double(n):
    return next(turns)


doubles = double
