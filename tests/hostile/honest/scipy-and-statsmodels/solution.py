import numpy as np
import statsmodels.api as sm
from scipy import integrate, interpolate, optimize, signal, sparse, spatial, stats


def minimum():
    return optimize.minimize(lambda x: (x[0] - 3) ** 2, [0.0]).x[0]


def area():
    return integrate.quad(np.sin, 0, np.pi)[0]


def rank():
    return sparse.csr_matrix(np.eye(5)).sum(), interpolate.CubicSpline([0, 1, 2], [0, 1, 4])(1.5)


def differs(a, b):
    return stats.ttest_ind(a, b).pvalue, stats.mannwhitneyu(a, b).pvalue


def regression(x, y):
    return sm.OLS(y, sm.add_constant(x)).fit().params


def near():
    return spatial.cKDTree(np.eye(3)).query([1, 0, 0])[1], signal.find_peaks([0, 1, 0])[0]
