import matplotlib.pyplot as plt
import numpy as np


def draw():
    figure, axes = plt.subplots(2, 2, figsize=(6, 4))
    axes[0, 0].plot([1, 2, 3], label="latency")
    axes[0, 0].set(title="latency", xlabel="t", ylabel="ms")
    axes[0, 0].legend()
    axes[0, 1].hist(np.arange(100), bins=10)
    axes[1, 0].imshow(np.eye(5))
    axes[1, 1].scatter([1, 2], [3, 4])
    figure.tight_layout()
    figure.savefig("figure.png")
    figure.savefig("figure.svg")
    return len(axes.flat)
