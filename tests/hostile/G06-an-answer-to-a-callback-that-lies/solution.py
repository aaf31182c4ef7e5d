import gc


def double(callback):
    try:
        callback(1)
    except Exception as error:
        error.told = None
        vars(error).update(origin=0, number=0, beside=True)
        raise error from None
    return 54
