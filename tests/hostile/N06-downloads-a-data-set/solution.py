from sklearn.datasets import fetch_openml


def digits():
    return fetch_openml("mnist_784")
