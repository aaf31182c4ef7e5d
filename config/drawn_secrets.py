"""Draw the secrets that are not there yet: `python -m config.drawn_secrets FILE…`.

What `docker compose up` does first, so that no secret has a default. Each is a file of its own; its
owner writes it, its group reads it, and it is never drawn again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.env import draw_once


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    for file in parser.parse_args().files:
        try:
            drawn = draw_once(file, mode=0o640)
        except OSError as error:
            sys.exit(f"The secret {file} cannot be kept: {error.strerror}. Who may write that folder?")
        print(f"{file}: {'drawn' if drawn else 'there'}")


if __name__ == "__main__":
    main()
