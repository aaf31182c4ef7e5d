"""The checks of the rehearsal: the ways in which checks of networks ask and compare."""

import numpy as np
import pytest
import torch


@pytest.fixture
def points(rng):
    features = rng.normal(size=(160, 3)).astype(np.float32)
    return features, (features.sum(axis=1) > 0).astype(np.float32)


def test_training(solution, points):
    """A small network learns"""
    scores, history = solution.train(*points, epochs=3, seed=1)
    assert history[-1] < history[0], f"the loss went from {history[0]:.3f} to {history[-1]:.3f}"
    assert scores.shape == (160,)
    assert ((scores > 0.5) == points[1]).mean() > 0.7


def test_the_same_seed(solution, points):
    """The same seed, the same scores"""
    once, again = (solution.train(*points, epochs=1, seed=3)[0] for _ in range(2))
    np.testing.assert_array_equal(once, again)


def test_tensors(solution):
    """Tensors cross both ways"""
    got = solution.gradient([1.0, -2.0, 0.5])
    assert torch.equal(got, torch.tensor([2.0, -4.0, 1.0])), f"the gradient came back as {got}"
    assert got.dtype == torch.float32


def test_convolution(solution, rng):
    """A convolution slides"""
    signal = rng.normal(size=30).astype(np.float32)
    got = solution.convolved(signal, np.array([0.5, 0.5], dtype=np.float32))
    expected = (signal[1:] + signal[:-1]) / 2
    torch.testing.assert_close(got, torch.from_numpy(expected))


def test_recurrence(solution):
    """A recurrent layer keeps its shapes"""
    got = solution.last_state(torch.zeros(4, 6, 2), 5)
    assert tuple(got.shape) == (1, 4, 5)


def test_arrays(solution, rng):
    """Arrays cross both ways"""
    got = solution.standardised(rng.normal(5, 2, (200, 4)))
    assert np.allclose(got.mean(axis=0), 0)
    assert solution.table(["1 2", "3 4"]).tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.hidden
def test_errors(solution):
    """What is wrong is refused"""
    with pytest.raises(ValueError):
        solution.table(["one"])
