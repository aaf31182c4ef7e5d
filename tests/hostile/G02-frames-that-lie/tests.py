import pandas as pd
import pytest


@pytest.mark.parametrize("name", ["subclass", "column"])
def test_equal(solution, name):
    """the numbers are right"""
    got = getattr(solution, name)()
    pd.testing.assert_frame_equal(pd.DataFrame(got), pd.DataFrame({"a": [2, 4, 6]}))
