import numpy as np
import pandas as pd


def frame(n):
    return pd.DataFrame({"a": np.arange(n), "b": np.arange(n) / 2, "c": ["x"] * n})


def rows(n):
    return [{"path": f"/{at}", "ms": at / 2} for at in range(n)]


def total(rows):
    return sum(row["ms"] for row in rows)
