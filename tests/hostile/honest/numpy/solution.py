import io

import numpy as np


def statistics(values):
    values = np.asarray(values)
    return {"mean": values.mean(), "p99": np.percentile(values, 99), "shape": values.shape}


def solve(matrix, right):
    q, r = np.linalg.qr(matrix)
    u, s, vt = np.linalg.svd(matrix)
    assert np.allclose(u * s @ vt, matrix) and np.linalg.eigvals(matrix).size == len(matrix)
    return np.linalg.solve(r, q.T @ right)


def windows(values, size):
    return np.lib.stride_tricks.sliding_window_view(values, size).mean(axis=1)


def round_trip(array):
    target = io.BytesIO()
    np.savez_compressed(target, array=array)
    np.save("array.npy", array)
    mapped = np.load("array.npy", mmap_mode="r")
    return np.load(io.BytesIO(target.getvalue()))["array"] + 0 * mapped


def draw(rng, n):
    return rng.normal(size=n)


def spectrum(values):
    return np.abs(np.fft.rfft(values)), np.einsum("i,j->ij", values, values), np.char.upper(["a", "b"])
