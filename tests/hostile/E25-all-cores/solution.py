import numpy as np
from sklearn.ensemble import RandomForestRegressor

x = np.arange(60.0).reshape(-1, 1)
forest = RandomForestRegressor(n_estimators=20, n_jobs=-1, random_state=0).fit(x, 2 * x[:, 0])


def double(n):
    assert len(forest.predict([[n]])) == 1
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
