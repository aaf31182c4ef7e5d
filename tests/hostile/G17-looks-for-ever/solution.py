def double(callback, numbers):
    return numbers._side.ask("contains", numbers._number, -1)
