last = 0


def double(n):
    global last
    answer, last = last, 2 * n
    return answer


doubles = double
