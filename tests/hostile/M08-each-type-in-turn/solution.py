import gc

kinds = {}
for thing in gc.get_objects():
    kinds.setdefault(type(thing), thing)
things = list(kinds.values())


def count():
    return len(things)


def thing(at):
    return things[at]
