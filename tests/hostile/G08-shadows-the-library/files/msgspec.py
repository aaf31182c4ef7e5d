print("shadowed")
