import ctypes


def double(n):
    text = "a text to be forged"
    (ctypes.c_ssize_t * 3).from_address(id(text))[2] = 1 << 40
    return text


doubles = double
