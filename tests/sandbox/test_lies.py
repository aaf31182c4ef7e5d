"""Objects and libraries that lie have no effect: only plain data is ever judged."""

from __future__ import annotations

from typing import Any

import pytest

LIES = {
    "always equal": """
        class AlwaysEqual:
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            def __bool__(self): return True
            def __hash__(self): return hash(7)
            def __float__(self): return 7.0
            def __int__(self): return 7
            def __index__(self): return 7
            def __abs__(self): return 0.0
            def __sub__(self, other): return 0.0
            def __rsub__(self, other): return 0.0
            def __lt__(self, other): return True
            def __le__(self, other): return True
            def __gt__(self, other): return True
            def __ge__(self, other): return True
            def __len__(self): return 3
            def __iter__(self): return iter([7.0, 7.0, 7.0])
            def __contains__(self, other): return True
            def __format__(self, spec): return "7"
            def __repr__(self): return "7"
            def __class_getitem__(cls, item): return cls
        def answer(): return AlwaysEqual()
    """,
    "false class": """
        class Fake:
            @property
            def __class__(self): return float
            def __eq__(self, other): return True
        def answer(): return Fake()
    """,
    "array protocol": """
        import numpy as np
        class Fake:
            shape = ()
            dtype = np.dtype(float)
            size = 1
            ndim = 0
            def __array__(self, *a, **k): return np.asarray(7.0)
            def __array_function__(self, func, types, args, kwargs): return True
            def __array_ufunc__(self, ufunc, method, *args, **kwargs): return np.True_
            __array_interface__ = np.asarray(7.0).__array_interface__
            def __eq__(self, other): return True
            def item(self): return 7.0
            def all(self): return True
        def answer(): return Fake()
    """,
    "ndarray subclass": """
        import numpy as np
        class Liar(np.ndarray):
            def __eq__(self, other): return np.True_
            def __array_function__(self, func, types, args, kwargs): return True
            def __array_ufunc__(self, ufunc, method, *args, **kwargs): return np.True_
        def answer(): return np.asarray(3.0).view(Liar)
    """,
    "masked array": """
        import numpy as np
        def answer(): return np.ma.masked_all(())
    """,
    "float subclass": """
        class Liar(float):
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            __rsub__ = __sub__
            def __hash__(self): return hash(7.0)
        def answer(): return Liar(3)
    """,
    "int subclass": """
        class Liar(int):
            def __eq__(self, other): return True
            def __hash__(self): return hash(7)
        def answer(): return Liar(3)
    """,
    "str subclass": """
        class Liar(str):
            def __eq__(self, other): return True
            def __hash__(self): return hash(7)
        def answer(): return Liar("x")
    """,
    "dataclass with its own equality": """
        from dataclasses import dataclass
        @dataclass(eq=False)
        class Liar:
            value: int = 3
            def __eq__(self, other): return True
            def __float__(self): return 7.0
        def answer(): return Liar()
    """,
    "enum with its own equality": """
        from enum import IntEnum
        class Liar(IntEnum):
            THREE = 3
            def __eq__(self, other): return True
            def __hash__(self): return hash(7)
        def answer(): return Liar.THREE
    """,
    "metaclass": """
        class Meta(type):
            def __eq__(self, other): return True
            def __hash__(self): return hash(float)
            def __instancecheck__(self, other): return True
        class Liar(metaclass=Meta):
            pass
        def answer(): return Liar
    """,
}
TESTS = """
    import math
    import numpy as np
    import pandas as pd
    import pytest

    def test_equal(solution):
        assert solution.answer() == 7.0

    def test_equal_turned_around(solution):
        assert 7.0 == solution.answer()

    def test_not_unequal(solution):
        assert not solution.answer() != 7.0

    def test_true(solution):
        got = solution.answer()
        assert got is True or (got == 7.0 and got)

    def test_approx(solution):
        assert solution.answer() == pytest.approx(7.0)

    def test_approx_sequence(solution):
        assert [solution.answer()] == pytest.approx([7.0])

    def test_approx_array(solution):
        assert solution.answer() == pytest.approx(np.array([7.0]))

    def test_isclose(solution):
        assert math.isclose(solution.answer(), 7.0)

    def test_allclose(solution):
        np.testing.assert_allclose(solution.answer(), 7.0)

    def test_array_equal(solution):
        np.testing.assert_array_equal(solution.answer(), np.array([7.0]))

    def test_np_all(solution):
        assert (np.asarray([7.0, 7.0]) == solution.answer()).all()

    def test_np_isclose(solution):
        assert np.isclose(solution.answer(), 7.0)

    def test_in_list(solution):
        assert solution.answer() in [7.0]

    def test_in_set(solution):
        assert solution.answer() in {7.0, 7}

    def test_series(solution):
        assert (pd.Series([7.0]) == solution.answer()).all()

    def test_number(solution):
        assert float(solution.answer()) == 7.0

    def test_distance(solution):
        assert abs(solution.answer() - 7.0) < 1e-9

    def test_type(solution):
        assert isinstance(solution.answer(), float) and solution.answer() == 7.0

    def test_text(solution):
        assert str(solution.answer()) in ("7", "7.0")
"""


@pytest.mark.parametrize("lie", LIES)
def test_no_comparison_believes_a_lie(judge: Any, lie: str) -> None:
    judged = judge(LIES[lie], TESTS)
    assert judged.ended["ending"] == "finished"
    passed = [name for name, outcome in judged.outcomes.items() if outcome == "passed"]
    assert passed == []


def test_the_same_comparisons_pass_for_the_truth(judge: Any) -> None:
    judged = judge("def answer(): return 7.0", TESTS)
    assert set(judged.outcomes.values()) == {"passed"}


def test_frames_that_lie_are_no_frames(judge: Any) -> None:
    code = """
        import pandas as pd

        class Liar(pd.DataFrame):
            def equals(self, other): return True
            def __eq__(self, other): return True

        class LiarSeries(pd.Series):
            def equals(self, other): return True

        def frame(): return Liar({"a": [1]})
        def series(): return LiarSeries([1])
        def attributes():
            found = pd.DataFrame({"a": [1]})
            object.__setattr__(found, "equals", lambda other: True)
            return found
    """
    tests = """
        import pandas as pd
        WANTED = pd.DataFrame({"a": [2]})

        def test_frame(solution): pd.testing.assert_frame_equal(solution.frame(), WANTED)
        def test_equals(solution): assert WANTED.equals(solution.frame())
        def test_series(solution): pd.testing.assert_series_equal(solution.series(), WANTED["a"].rename(None))
        def test_attributes(solution): assert solution.attributes().equals(WANTED)
    """
    assert set(judge(code, tests).outcomes.values()) == {"failed"}


def test_libraries_patched_beside_the_learner_change_nothing_for_the_checks(judge: Any) -> None:
    code = """
        import builtins, math, sys, unittest
        import numpy as np
        import numpy.testing
        import pytest

        for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
            setattr(np.testing, name, lambda *a, **k: None)
        np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
        math.isclose = lambda *a, **k: True
        pytest.approx = lambda value, **k: value
        pytest.fail = lambda *a, **k: None
        builtins.all = builtins.any = builtins.isinstance = lambda *a: True
        builtins.round = lambda *a: 7.0
        unittest.TestCase.assertEqual = lambda *a, **k: None
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").startswith("_pytest"):
                for name in list(vars(module)):
                    try:
                        setattr(module, name, None)
                    except Exception:
                        pass

        def answer(): return 3.0
    """
    judged = judge(code, TESTS)
    assert "passed" not in judged.outcomes.values()
