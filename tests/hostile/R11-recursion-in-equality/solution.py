class Same:
    def __eq__(self, other):
        return self == other

    def __repr__(self):
        return repr(self)

    def __hash__(self):
        return hash(self)


def double(n):
    return {Same(): 1}


def doubles(numbers):
    return Same() == Same()
