def double(callback, numbers):
    while True:
        callback(1)
