import gc


class Again:
    def __init__(self):
        self.me = self

    def __del__(self):
        Again()


def double(n):
    Again()
    while True:
        gc.collect()


doubles = double
