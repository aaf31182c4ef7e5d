def test_memory():
    """never"""
    kept = []
    while True:
        kept.append(bytearray(100_000_000))  # SECRET-OF-OURS
