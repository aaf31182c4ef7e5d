def double(n):
    own = {}
    own["me"] = own
    return own


def doubles(numbers):
    own = []
    own.append(own)
    return own
