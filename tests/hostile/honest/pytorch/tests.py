import pytest
import torch


@pytest.fixture
def traffic(rng):
    windows = torch.from_numpy(rng.normal(size=(192, 48)).astype("float32"))
    windows[::2, 20:36] += 3.0
    labels = torch.zeros(192)
    labels[::2] = 1.0
    return windows, labels


def test_training(solution, traffic):
    """the detector learns"""
    got = solution.scores(*traffic)
    assert type(got) is torch.Tensor
    assert ((got > 0.5) == traffic[1].bool()).float().mean() > 0.9


def test_the_same_seed(solution, traffic):
    """the same seed, the same scores"""
    once, again = (solution.scores(*traffic, epochs=1, seed=5) for _ in range(2))
    torch.testing.assert_close(once, again, rtol=0, atol=0)


def test_saved(solution, traffic):
    """weights survive being saved"""
    assert solution.weights_survive(*traffic)


def test_shapes(solution):
    """a shape is a shape"""
    assert solution.shape_of(torch.zeros(2, 1, 20)) == (2, 3, 9)


def test_kinds(solution):
    """each kind of tensor comes back as it is"""
    for dtype in (torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.uint8):
        sent = torch.arange(6, dtype=dtype).reshape(2, 3)
        got = solution.twice(sent)
        assert got.dtype == dtype and torch.equal(got, sent * 2)
    assert solution.twice(torch.zeros(0, 4)).shape == (0, 4)
    assert solution.twice(torch.tensor(2.5)).item() == 5.0


def test_derivatives(solution):
    """a Jacobian is diagonal here"""
    got = solution.jacobian(torch.tensor([1.0, 2.0]))
    assert torch.equal(got, torch.diag(torch.tensor([3.0, 12.0])))


def test_errors(solution):
    """what does not fit says so"""
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        solution.exploded()
