import subprocess
import sys

EATS = "import sys, time; kept = bytearray(b'x' * (60 << 20)); print(len(kept), flush=True); time.sleep(60)"
programs = [subprocess.Popen([sys.executable, "-S", "-c", EATS], stdout=subprocess.PIPE) for _ in range(12)]
ate = [program.stdout.readline() for program in programs]
print("ate:", sum(bool(line) for line in ate))
assert not all(ate), "twelve times 60 MB in a run of 256"


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
