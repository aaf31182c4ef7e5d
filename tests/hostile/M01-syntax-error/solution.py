def double(n):
    return 2 *

