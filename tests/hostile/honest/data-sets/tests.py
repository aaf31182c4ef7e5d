def test_names(solution, data):
    """`names` lists what is there"""
    assert solution.names() == sorted(path.name for path in (data / "deploys-v1").iterdir())
