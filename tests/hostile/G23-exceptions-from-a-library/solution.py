import itertools


def made(module, name, base=Exception):
    return type(name, (base,), {"__module__": module})("words")


errors = itertools.cycle(
    [
        made("_pytest.outcomes", "Skipped"),
        made("pytest", "Exit", BaseException),
        made("hypothesis.errors", "StopTest"),
        made("numpy", "AxisError", ValueError),
        made("subprocess", "CalledProcessError"),
        made("json", "JSONDecodeError", ValueError),
        made("urllib.error", "HTTPError", OSError),
        made("unittest", "SkipTest"),
    ]
)


def double(n):
    raise next(errors)


doubles = double
