import os


class Enter:
    def __len__(self):
        os._exit(5)


class Error(Exception):
    def __str__(self):
        os._exit(5)


def double(n):
    raise Error


doubles = double
