import numpy as np
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def line(x, y):
    model = LinearRegression().fit(x, y)
    return model.coef_, float(model.intercept_)


def classifier():
    x, y = make_classification(200, random_state=0)
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)


def forest():
    x, y = load_iris(return_X_y=True)
    model = RandomForestClassifier(n_estimators=20, n_jobs=2, random_state=0)
    return cross_val_score(model, x, y, cv=3, n_jobs=2)


def search():
    x, y = load_iris(return_X_y=True)
    return GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1]}, cv=3, n_jobs=2).fit(x, y).best_score_


def clusters(points):
    return KMeans(2, n_init=3, random_state=0).fit_predict(points)


def score():
    x, y = make_classification(300, random_state=1)
    train, test, y_train, y_test = train_test_split(x, y, random_state=0)
    return roc_auc_score(y_test, LogisticRegression().fit(train, y_train).predict_proba(test)[:, 1])


def encoded(frame):
    return ColumnTransformer([("c", OneHotEncoder(sparse_output=False), ["c"])]).fit_transform(frame)
