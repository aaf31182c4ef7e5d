"""Write down what the modules hold that learners import, so that the editor can complete `np.`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

NAMES = settings.ROOT / "static" / "python-names.json"
STANDARD = [
    *("collections", "csv", "dataclasses", "datetime", "functools", "gzip", "hashlib", "heapq", "io"),
    *("itertools", "json", "math", "operator", "os", "os.path", "pathlib", "random", "re", "statistics"),
    *("string", "sys", "time", "typing", "urllib.parse", "zoneinfo"),
]
FROM_THE_ENVIRONMENT = [
    *("numpy", "numpy.linalg", "numpy.random", "numpy.lib.stride_tricks", "numpy.typing"),
    *("pandas", "pandas.DataFrame", "pandas.Series"),
    *("matplotlib", "matplotlib.pyplot", "matplotlib.dates", "matplotlib.ticker"),
]
CLASSES = ["datetime.datetime", "datetime.timedelta", "pathlib.Path", "collections.Counter"]
LOOK = """
import importlib, json, sys
def found(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        return getattr(importlib.import_module(module), attribute)
names = {name: [n for n in dir(found(name)) if not n.startswith("_")] for name in sys.argv[1:]}
print(json.dumps({name: " ".join(sorted(inside)) for name, inside in names.items()}))
"""


class Command(BaseCommand):
    help = "Write static/python-names.json from the installed environment `base`."

    def handle(self, *_args: Any, **_options: Any) -> None:
        names = names_of([*STANDARD, *CLASSES, *FROM_THE_ENVIRONMENT])
        NAMES.write_text(json.dumps(names, indent=0, sort_keys=True) + "\n")
        self.stdout.write(f"{NAMES.name}: {sum(map(len, map(str.split, names.values())))} names")


def names_of(modules: list[str]) -> dict[str, str]:
    """Module or class → its public names, with blanks between; as the environment `base` has them."""
    packages = settings.GRADIENT_VAR / "environments" / "base" / "site-packages"
    if not packages.is_dir():
        raise CommandError("The environment “base” is not installed: ./lms up installs it.")
    environment = {**os.environ, "PYTHONPATH": str(packages), "MPLBACKEND": "agg"}
    said = subprocess.run(
        [sys.executable, "-c", LOOK, *modules], env=environment, check=True, capture_output=True, text=True
    )
    names: dict[str, str] = json.loads(said.stdout)
    return names
