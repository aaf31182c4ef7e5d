import sys
import numpy as np

print(np.mean([float(word) for word in sys.argv[1:]]))
