Error = type("<i>Error</i>", (Exception,), {})


def double(n):
    raise Error("<script>alert(1)</script>")


double.__code__ = double.__code__.replace(co_name="<b>double</b>")
doubles = double
