"""A check whose callback asks the learner's code again."""


def test_goes_deep(solution):
    """`call` calls back"""

    def again(n):
        return solution.down(again, n + 1)

    assert solution.down(again, 0) == 0, "it came to no end"
