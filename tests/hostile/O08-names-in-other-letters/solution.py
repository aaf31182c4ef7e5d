def 𝒹𝑜𝓊𝒷𝓁𝑒(n):  # Python reads this as `double`
    return 2 * n


def dоuble(n):  # and this, with a Cyrillic letter, as another function
    return 0


def doubles(numbers):
    return [double(n) for n in numbers]
