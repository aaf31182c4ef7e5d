def double(fake):
    seen = []
    for name in ("rows.__class__", "rows", "__dict__", "_secret", "__init__", "method", "mro"):
        try:
            seen.append(getattr(fake, name))
        except Exception as error:
            seen.append(error)
    fake.method = lambda: 54
    fake.expected = 0
    print(seen)
    return 0
