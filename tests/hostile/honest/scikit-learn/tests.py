import numpy as np
import pandas as pd


def test_line(solution):
    """`line` finds slope and intercept"""
    x = np.arange(10.0).reshape(-1, 1)
    coefficients, intercept = solution.line(x, 3 * x[:, 0] + 1)
    np.testing.assert_allclose([*coefficients, intercept], [3, 1])


def test_classifier(solution):
    """`classifier` gives a model that predicts"""
    model = solution.classifier()
    assert model.predict(np.zeros((2, 20))).shape == (2,)


def test_forest(solution):
    """`forest` is good at irises"""
    assert solution.forest().mean() > 0.9


def test_search(solution):
    """`search` finds a good one"""
    assert solution.search() > 0.9


def test_clusters(solution):
    """`clusters` tells two heaps apart"""
    got = solution.clusters(np.array([[0.0, 0], [0, 1], [9, 9], [9, 8]]))
    assert got[0] == got[1] != got[2] == got[3]


def test_score(solution):
    """`score` is better than a coin"""
    assert solution.score() > 0.7


def test_encoded(solution):
    """`encoded` has a column for each kind"""
    assert solution.encoded(pd.DataFrame({"c": ["a", "b", "a"]})).tolist() == [[1, 0], [0, 1], [1, 0]]
