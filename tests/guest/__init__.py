"""A small Linux guest of our own, with control groups of version 2 only, to run the sandbox in.

`image.py` makes its disks from Debian's packages, once; `machine.py` starts it under QEMU, by software
alone; `init.py` is its first program and `inside.py` what it runs: scenes, each of which ends in facts, a
JSON line. `test_guest.py` is where the facts are judged, on the host, a test a scene. Nothing of the
host's is mounted, and its control groups are not touched.
"""
