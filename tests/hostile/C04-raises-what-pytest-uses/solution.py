def double(n):
    raise KeyboardInterrupt


def doubles(numbers):
    raise GeneratorExit
