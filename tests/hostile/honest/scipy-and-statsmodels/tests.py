import numpy as np
import pytest


def test_all(solution, rng):
    """each function is right"""
    assert solution.minimum() == pytest.approx(3, abs=1e-3)
    assert solution.area() == pytest.approx(2)
    total, between = solution.rank()
    assert total == 5 and float(between) == pytest.approx(2.25)
    a = rng.normal(size=100)
    assert max(solution.differs(a, a + 3)) < 0.01
    x = np.arange(20.0)
    np.testing.assert_allclose(solution.regression(x, 2 * x + 5), [5, 2])
    nearest, peaks = solution.near()
    assert nearest == 0 and peaks.tolist() == [1]
