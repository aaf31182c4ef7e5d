"""Submissions that attack, break or exhaust, each a folder that says what must become of it.

`<id>-<name>/case.toml` holds the expectation and `solution.py` (or `files/`) the submission; the ids
are those of the catalogue in the threat model. `exercise.py` is the tests they are all judged by,
unless the folder has its own `tests.py`. Every case runs in each shape that this machine can make,
and after every case the host must be as it was (`host.py`) and an honest submission must pass.
"""
