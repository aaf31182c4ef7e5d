import itertools

answers = itertools.cycle(["\ud800", "\0" * 100, "e" + "\u0301" * 1_000_000, "".join(map(chr, range(0xE000, 0x11000)))])


def double(n):
    return next(answers)


doubles = double
