def retry(action, times):
    for attempt in range(times):
        try:
            return action()
        except ConnectionError:
            if attempt == times - 1:
                raise


def total(lines):
    return sum(int(line) for line in lines)


def sort_by(items, key):
    return sorted(items, key=key)


class Counter:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += n
        return self


def batches(items, size):
    for at in range(0, len(items), size):
        yield items[at : at + size]
