import dataclasses
import itertools

names = ["handle_number", "handle_ask", "as_dict", "_gradient_live", "__class__", "__del__", "mro", "told", "__slots__"]


def made(name):
    kind = type(name if name.isidentifier() else "X", (), {"__call__": lambda self: 42, "__len__": lambda self: 42})
    try:
        return dataclasses.make_dataclass(kind.__name__, [(name, int)])(42)
    except Exception:
        return kind()


turns = itertools.cycle([made(name) for name in names])


def double(n):
    return next(turns)


doubles = double
