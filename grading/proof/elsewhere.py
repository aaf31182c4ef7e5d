"""Another clock and another time zone, for one run: code that leans on either shows itself.

The change is made by a first line in the code itself, so the sandbox needs no switch that a learner
could find. It moves what Python says the time is; the kernel's clock stays.
"""

from __future__ import annotations

import ast

DAYS = 400
ZONE = "Asia/Kathmandu"  # five hours and three quarters ahead of UTC

_MOVE = f"""
import ctypes, datetime, gc, os, time

os.environ["TZ"] = "{ZONE}"
time.tzset()
days = datetime.timedelta(days={DAYS})

def later(tell, seconds, default):
    return lambda *given: tell(*given) if len(given) > default else tell(*given, seconds())

real, real_ns = time.time, time.time_ns
time.time = lambda: real() + days.total_seconds()
time.time_ns = lambda: real_ns() + int(days.total_seconds()) * 10**9
time.localtime, time.gmtime = (later(tell, time.time, 0) for tell in (time.localtime, time.gmtime))

def move(kind, name):
    told = getattr(kind, name)
    names = gc.get_referents(kind.__dict__)[0]  # a built-in type: its names can be reached, not set
    names[name] = staticmethod(lambda *given, **named: told(*given, **named) + days)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))

for name in ("now", "utcnow", "today"):
    move(datetime.datetime, name)
move(datetime.date, "today")
"""


def moved(source: str) -> str:
    """The Python source with that first line, after its docstring and its future imports."""
    lines = source.split("\n")
    lines.insert(_first_statement(source), f"exec({_MOVE!r}, {{}})")
    return "\n".join(lines)


def _first_statement(source: str) -> int:
    """The index of the line before which a statement may stand."""
    at = 0
    for node in ast.parse(source).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (docstring or future):
            break
        at = node.end_lineno or at
    return at
