"""Cut the faces down: Latin letters, the weights and features that the style sheets name, no hinting."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Beside Basic Latin and Latin-1: what `unicode-range` in css/tokens.css promises.
LETTERS = [
    *range(0x100),
    *(0x131, 0x152, 0x153, 0x2BB, 0x2BC, 0x2C6, 0x2DA, 0x2DC, 0x304, 0x308, 0x329),
    *range(0x2000, 0x2070),
    *(0x20AC, 0x2122, 0x2191, 0x2193, 0x2212, 0x2215, 0xFEFF, 0xFFFD),
]
WEIGHTS = (400, 700)
# Ligatures are off in code, so the face for it needs none.
FACES = {
    "inter": ("inter-latin-opsz-normal.woff2", ["calt", "ccmp", "kern", "locl", "mark", "mkmk", "tnum"]),
    "jetbrains-mono": ("jetbrains-mono-latin-wght-normal.woff2", ["ccmp", "locl", "mark", "mkmk"]),
}


def cut(source: Path, features: list[str]) -> TTFont:
    narrow = BytesIO()
    with TTFont(source, recalcTimestamp=False) as font:
        font.flavor = None
        instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
        font.save(narrow)
    narrow.seek(0)
    font = TTFont(narrow, recalcTimestamp=False)
    options = Options(layout_features=features, hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    return font


def main() -> None:
    faces, out = map(Path, sys.argv[1:])
    for name, (file, features) in FACES.items():
        cut(faces / name / "files" / file, features).save(out / f"{name}.woff2")


if __name__ == "__main__":
    main()
