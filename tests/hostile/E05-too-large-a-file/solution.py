def double(n):
    with open("out.txt", "wb") as file:
        for _ in range(40):
            file.write(bytes(1_000_000))
    return n
