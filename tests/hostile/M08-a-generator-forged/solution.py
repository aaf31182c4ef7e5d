import numpy as np


def double(n):
    bits = np.random.MT19937(0)
    state = bits.state
    state["state"]["pos"] = 1 << 30
    bits.state = state
    return np.random.Generator(bits)
