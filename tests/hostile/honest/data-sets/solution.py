from pathlib import Path


def names():
    return sorted(path.name for path in Path("data/deploys-v1").iterdir())
