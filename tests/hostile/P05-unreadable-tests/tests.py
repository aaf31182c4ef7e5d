def test_is_no_python(solution)
    "SECRET-OF-OURS"
