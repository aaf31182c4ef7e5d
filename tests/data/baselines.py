"""The plain models that say how much can be learnt from a set."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler


def prepared(model: Any, skewed: list[str], even: list[str], words: list[str]) -> Any:
    """A pipeline: medians for what is missing, logarithms for what is skewed, one column for each word."""
    logarithm = FunctionTransformer(lambda values: np.log(np.maximum(values, 0) + 0.001))
    columns = [
        (make_pipeline(SimpleImputer(strategy="median"), logarithm, StandardScaler()), skewed),
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), even),
        (OneHotEncoder(handle_unknown="ignore"), words),
    ]
    return make_pipeline(make_column_transformer(*columns), model)


def logistic(skewed: list[str], even: list[str], words: list[str]) -> Any:
    return prepared(LogisticRegression(max_iter=3000, C=0.5), skewed, even, words)


def ridge(skewed: list[str], even: list[str], words: list[str]) -> Any:
    return prepared(Ridge(), skewed, even, words)
