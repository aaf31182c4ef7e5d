"""What the checks see of a learner's object that has no plain form: a handle.

A handle may be called, read, indexed and iterated; each of these asks the learner's process, and what
comes back is plain data or another handle. It is never equal to anything, never true, never a number:
whatever the learner's class says of itself, the checks judge plain data only.
"""

from __future__ import annotations

from typing import Any, NoReturn

from grading.sandbox.crossing.streams import Stream
from grading.sandbox.crossing.values import MAX_CLASSES


class Opaque(TypeError):
    """A handle was used as if it were plain data. The text is a sentence for the learner."""


class Handle:
    """Base of all handles; see `handle_class` for what a particular one can do."""

    __slots__ = ("__kind", "__name", "__number", "__side")

    def __init__(self, side: Any, number: int, name: str, kind: str) -> None:
        self.__side = side
        self.__number = number
        self.__name = name
        self.__kind = kind

    def handle_number(self) -> int:
        return self.__number

    def handle_ask(self, operation: str, *arguments: Any) -> Any:
        return self.__side.ask(operation, self.__number, *arguments)

    def __del__(self) -> None:
        self.__side.released.append(self.__number)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"`{name}` is private to the learner's object")
        return self.handle_ask("get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_Handle__"):
            object.__setattr__(self, name, value)
        else:
            self.handle_ask("put", name, value)

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash((Handle, self.__number))

    def __repr__(self) -> str:
        if self.__kind in ("function", "type", "builtin_function_or_method", "method"):
            return f"<your `{self.__name}`>"
        return f"<an object of your code, of type {self.__kind}>"

    def __format__(self, _spec: str) -> str:
        return repr(self)  # a message that wanted a number says what it got instead

    def __opaque(self, *_arguments: object, **_keywords: object) -> NoReturn:
        raise Opaque(
            f"Your code gave back an object of type `{self.__kind}` where the check needs plain data: "
            "a number, a text, a list, an array or the like."
        )

    __bool__ = __float__ = __int__ = __index__ = __complex__ = __opaque
    __array__ = __opaque
    __array_ufunc__ = None
    __array_priority__ = 1e9


class _Calls:
    __slots__ = ()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self.handle_ask("call", arguments, keywords)  # type: ignore[attr-defined]  # a part of Handle


class _HasLength:
    __slots__ = ()

    def __len__(self) -> int:
        return int(self.handle_ask("length"))  # type: ignore[attr-defined]


class _HasItems:
    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return self.handle_ask("item", key)  # type: ignore[attr-defined]


class _Contains:
    __slots__ = ()

    def __contains__(self, value: Any) -> bool:
        return self.handle_ask("contains", value) is True  # type: ignore[attr-defined]


class _Iterates:
    __slots__ = ()

    def __iter__(self) -> Any:
        found = self.handle_ask("iterate")  # type: ignore[attr-defined]
        if type(found) is not Stream:
            raise Opaque("Your object's `__iter__` did not give back an iterator.")
        return found


class _Manages:
    __slots__ = ()

    def __enter__(self) -> Any:
        return self.handle_ask("enter")  # type: ignore[attr-defined]

    def __exit__(self, *error: object) -> None:
        self.handle_ask("exit")  # type: ignore[attr-defined]


_PARTS: dict[str, type] = {
    "call": _Calls,
    "length": _HasLength,
    "item": _HasItems,
    "contains": _Contains,
    "iterate": _Iterates,
    "enter": _Manages,
}
_made: dict[tuple[str, frozenset[str]], type[Handle]] = {}


def handle_class(kind: str, features: frozenset[str]) -> type[Handle]:
    """The class for handles on objects of the learner's class `kind` that can do `features`.

    After very many kinds all further ones are objects: classes are never let go.
    """
    if len(_made) >= MAX_CLASSES and (kind, features) not in _made:
        kind = "object"
    key = (kind, features)
    if key not in _made:
        parts = [_PARTS[feature] for feature in sorted(features)]
        _made[key] = type(kind, (*parts, Handle), {"__slots__": (), "__module__": "solution"})
    return _made[key]
