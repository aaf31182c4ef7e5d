"""A check that looks from beside; what it says is the learner's own word, and is checked as data."""


def probe(solution):
    return {"length": len([1]), "answer": solution.double(21)}


def test_beside(solution):
    """`double` doubles, seen from beside"""
    got = solution.beside(probe)
    assert got["answer"] == 42, "double(21) is not 42"
