import datetime
import decimal
import itertools

import numpy as np
import pandas as pd

turns = itertools.cycle(
    [
        np.array([np.iinfo("i8").max, np.iinfo("i8").min], "M8[s]"),
        pd.Timestamp.max,
        datetime.datetime.max.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-23, minutes=-59))),
        decimal.Decimal("sNaN"),
        decimal.Decimal("1E+999999"),
        np.float64("nan"),
        np.longdouble("1e4000"),
        pd.NaT,
        pd.NA,
        complex("nan+infj"),
        datetime.timedelta.max,
        np.datetime64("NaT", "generic"),
        pd.Interval(0, 1),
    ]
)


def double(n):
    return next(turns)


doubles = double
