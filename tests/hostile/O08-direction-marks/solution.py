print("\u202egnp.exe\u202c \u2066x\u2069 a\u200bb \ufeff \U000e0041 end")

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
