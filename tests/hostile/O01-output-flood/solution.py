def double(n):
    while True:
        print("x" * 10**6)
