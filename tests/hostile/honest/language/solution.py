import contextlib
import contextvars
import dataclasses
import decimal
import enum
import functools
import heapq
import itertools
import logging
import re
import textwrap
import typing
import warnings
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

Pair = namedtuple("Pair", "a b")
current = contextvars.ContextVar("current", default=0)
log = logging.getLogger("solution")


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclasses.dataclass(order=True)
class Request:
    path: str
    ms: float = 0.0
    tags: list[str] = dataclasses.field(default_factory=list)


@functools.lru_cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@contextlib.contextmanager
def warned():
    warnings.warn("careful", UserWarning, stacklevel=2)
    yield 42


def parsed(line):
    match = re.match(r"(?P<path>\S+)\s+(?P<ms>\d+\.\d+)", line)
    return Request(match["path"], float(match["ms"]))


def everything():
    logging.basicConfig(level=logging.INFO)
    log.info("logged")
    with decimal.localcontext() as context, warned() as answer:
        context.prec = 10
        third = decimal.Decimal(1) / 3
    token = current.set(7)
    current.reset(token)
    return {
        "pair": Pair(1, 2),
        "level": Level.HIGH,
        "third": third,
        "answer": answer,
        "counter": Counter("aab"),
        "ordered": OrderedDict(a=1),
        "default": defaultdict(list, a=[1]),
        "deque": deque([1, 2], maxlen=2),
        "smallest": heapq.nsmallest(2, [3, 1, 2]),
        "chunks": [tuple(group) for _, group in itertools.groupby("aabb")],
        "wrapped": textwrap.fill("a b", 1),
        "hints": typing.get_type_hints(Request)["path"] is str,
    }


def numbers():
    yield from range(3)
    return 4


def slow_sum(values):
    match values:
        case [first, *rest]:
            return first + slow_sum(rest)
        case _:
            return 0
