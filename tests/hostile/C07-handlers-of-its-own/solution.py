import faulthandler

faulthandler.enable()
faulthandler.dump_traceback_later(0.001, repeat=True)


def double(n):
    faulthandler._sigsegv()


doubles = double
