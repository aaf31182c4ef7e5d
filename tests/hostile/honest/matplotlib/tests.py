def test_draw(solution):
    """`draw` draws four axes and saves them"""
    assert solution.draw() == 4
    assert solution.files["figure.png"].startswith(b"\x89PNG")
    assert b"<svg" in solution.files["figure.svg"]
