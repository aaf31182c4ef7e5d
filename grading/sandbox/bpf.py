"""Runs a system call filter as the kernel would, to ask of it what it answers to a call.

It knows the few instructions that `seccomp` writes. What the kernel itself answers, `self_attack` tries.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_TESTS: dict[int, Callable[[int, int], bool]] = {
    0x15: lambda held, value: held == value,
    0x25: lambda held, value: held > value,
    0x35: lambda held, value: held >= value,
    0x45: lambda held, value: bool(held & value),
}


def answer(program: bytes, architecture: int, number: int, *arguments: int) -> int:
    """The action (SECCOMP_RET_*) that `program` returns for a call of that number with these arguments."""
    words = [argument & (1 << 64) - 1 for argument in (*arguments, *[0] * 6)[:6]]
    data = struct.pack("<iIQ6Q", number, architecture, 0, *words)
    code = [struct.unpack_from("=HBBI", program, place) for place in range(0, len(program), 8)]
    place = held = 0
    while True:
        operation, if_true, if_false, value = code[place]
        place += 1
        if operation == _RETURN:
            return int(value)
        if operation == _LOAD:
            held = struct.unpack_from("<I", data, value)[0]
        elif operation == _AND:
            held &= value
        else:
            place += if_true if _TESTS[operation](held, value) else if_false
