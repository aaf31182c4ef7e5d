def double(n):
    return n


double.__code__ = double.__code__.replace(co_code=bytes([124, 255] * 200 + [83, 0]))
doubles = double
