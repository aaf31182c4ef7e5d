while True:
    number = int(input("number: "))
    print(2 * number)
