import sys
import types


class All(types.ModuleType):
    def __getattribute__(self, name):
        return lambda *arguments: 42


sys.modules[__name__].__class__ = All
