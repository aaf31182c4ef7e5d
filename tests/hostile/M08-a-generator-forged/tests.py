"""A check that draws from what it got."""


def test_draws(solution):
    """`double` gives a generator to draw from"""
    generator = solution.double(1)
    assert generator.random(100).mean() > 2, "the numbers should be larger"
