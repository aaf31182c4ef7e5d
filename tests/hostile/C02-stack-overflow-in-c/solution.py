import json
import sys

sys.setrecursionlimit(10**8)


def double(n):
    return json.loads("[" * 10_000_000)


doubles = double
