def down(again, n):
    return again(n)
