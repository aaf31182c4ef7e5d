def double(n):
    while True:
        try:
            double(n)
        except BaseException:
            continue
