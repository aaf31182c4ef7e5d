class Meta(type):
    def __getattribute__(cls, name):
        if name == "__name__":
            raise KeyboardInterrupt
        return super().__getattribute__(name)


class Broken(Exception, metaclass=Meta):
    def __str__(self):
        raise SystemExit

    @property
    def args(self):
        raise GeneratorExit

    @property
    def __dict__(self):
        raise MemoryError


def double(n):
    raise Broken


doubles = double
