import os
import sys

version = f"python{sys.version_info.major}.{sys.version_info.minor}"


def double(n):
    os.execv(f"/python/bin/{version}", ["python", "-c", "print(1)"])


doubles = double
