"""Look for bytes that break a promise: `python -m tests.fuzz value --seconds 60`.

How this works: a target (`targets.py`) is tried with inputs made from those that are kept in `corpus/`, one
input a line as hexadecimal digits, and with random ones. An input that makes a target raise, take longer
than ten seconds or end the process is written to `var/fuzz/`, and printed. Without `--seconds` the kept
inputs are tried once: they are what coverage-guided fuzzing found to reach different code.

Atheris, which is guided by coverage, was tried and left out. It sees our Python only, and here the bytes
are soon in compiled code (msgspec, NumPy, pandas), where it is as blind as we are; in forty seconds of each
target it found nothing that choosing at random had not. What it is good at, a corpus, is kept here.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARIES = [ROOT / "var/environments" / name / "site-packages" for name in ("base", "torch")]
CORPUS = Path(__file__).parent / "corpus"
FOUND = ROOT / "var/fuzz"
SECONDS_EACH = 10
MEMORY = 4 << 30


def main() -> int:
    sys.path.extend(map(str, LIBRARIES))  # behind our own packages: only for what is not among them
    warnings.simplefilter("ignore")  # pandas' words on what it does not like
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=float, help="for new inputs; without it the kept ones are tried")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    faulthandler.enable()
    signal.signal(signal.SIGALRM, _too_long)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    broken = 0
    for name in TARGETS if options.target == "all" else [options.target]:
        kept = _kept(name)
        inputs = iter(kept) if options.seconds is None else _new(kept, options.seconds, options.seed)
        held = [_holds(name, TARGETS[name], data) for data in inputs]
        broken += held.count(False)
        print(f"{name}: {len(held)} inputs", flush=True)
    return 1 if broken else 0


def _kept(name: str) -> list[bytes]:
    file = CORPUS / f"{name}.txt"
    return [bytes.fromhex(line) for line in file.read_text().splitlines()] if file.exists() else []


def _new(kept: list[bytes], seconds: float, seed: int | None) -> Iterator[bytes]:
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not kept or chance.random() < 0.3:
            yield chance.randbytes(chance.choice((8, 30, 100, 400)))
        else:
            yield _changed(chance, chance.choice(kept), chance.choice(kept))


def _changed(chance: random.Random, data: bytes, other: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        at = chance.randrange(len(changed) + 1)
        how = chance.randrange(4)
        if how == 0:
            changed[at : at + 1] = chance.randbytes(1)
        elif how == 1:
            del changed[at : at + chance.randrange(1, 9)]
        elif how == 2:
            changed[at:at] = chance.randbytes(chance.randrange(1, 9))
        else:
            changed[at:] = other[chance.randrange(len(other) + 1) :]
    return bytes(changed)


def _holds(name: str, target: Callable[[bytes], None], data: bytes) -> bool:
    FOUND.mkdir(parents=True, exist_ok=True)
    trial = FOUND / f"{name}-last"
    trial.write_text(data.hex())  # it stays where the input ends this process
    signal.alarm(SECONDS_EACH)
    try:
        target(data)
    except BaseException:  # noqa: BLE001  # whatever comes out is what we look for
        traceback.print_exc()
        kept = trial.rename(FOUND / f"{name}-{random.randbytes(4).hex()}")
        print(f"{name} does not hold; the input is in {kept}: {data.hex()}", file=sys.stderr)
        return False
    finally:
        signal.alarm(0)
    trial.unlink()
    return True


def _too_long(*_: object) -> None:
    raise TimeoutError(f"an input took longer than {SECONDS_EACH} s")


if __name__ == "__main__":
    sys.exit(main())
