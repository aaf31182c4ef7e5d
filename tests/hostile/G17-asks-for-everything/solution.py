def double(callback, numbers):
    items, more, error = numbers._side.ask("next", numbers._number, 10**18)
    return len(items)
