def test_files(solution):
    """each kind of file works"""
    assert solution.database() == 45
    assert solution.archives() == ("zipped", "gzipped", ["a.gz"])
    assert solution.temporary() == ["moved", "z"]
    assert solution.mapped() == b"hello"
    assert {"a.gz", "a.tar.gz", "box.db", "map.bin", "solution.py"} <= set(solution.files)
