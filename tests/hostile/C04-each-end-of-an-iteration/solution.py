import itertools

errors = itertools.cycle(
    [StopIteration(42), StopAsyncIteration(42), GeneratorExit(), BaseExceptionGroup("x", [KeyboardInterrupt()])]
)


def double(n):
    raise next(errors)


doubles = double
