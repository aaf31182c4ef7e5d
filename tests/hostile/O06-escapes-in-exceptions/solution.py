ESCAPES = "\x1b]0;owned\x07\x9b31m\u202e"
Error = type("Er" + ESCAPES, (Exception,), {})


def double(n):
    raise Error(ESCAPES)


code = compile("def doubles(n):\n    raise ValueError(ESCAPES)\n", "/box/" + ESCAPES, "exec")
exec(code.replace(co_name=ESCAPES))
doubles.__code__ = doubles.__code__.replace(co_name=ESCAPES, co_qualname=ESCAPES)
