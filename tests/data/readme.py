"""Tables out of the README.md of a set, so that what they say can be compared with what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "fixtures/data"


def table(set_id: str, heading: str) -> dict[str, list[float | None]]:
    """The rows of the table whose first column has that heading: first cell → its numbers, None for none."""
    lines = iter((DATA / set_id / "README.md").read_text().splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            break
    next(lines)
    found: dict[str, list[float | None]] = {}
    for line in lines:
        if not line.startswith("|"):
            break
        first, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        found[first] = [number(cell) for cell in cells]
    return found


def number(cell: str) -> float | None:
    told = re.match(r"-?[\d,]+(\.\d+)?", cell)
    return float(told[0].replace(",", "")) if told else None


def says(set_id: str, *words: str) -> None:
    """The README.md has each of these words, wherever its lines break."""
    text = " ".join((DATA / set_id / "README.md").read_text().split())
    missing = [word for word in words if word not in text]
    assert not missing, f"{set_id}/README.md does not say {missing}"


def truth(set_id: str, name: str = "truth.json") -> Any:
    return json.loads((DATA / set_id / name).read_text())
