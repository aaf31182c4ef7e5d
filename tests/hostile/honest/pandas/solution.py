import io

import pandas as pd


def read(text):
    return pd.read_csv(io.StringIO(text), parse_dates=["at"], dtype={"service": "category"})


def latency(frame):
    groups = frame.groupby("service", observed=True)["ms"]
    return groups.agg(["mean", "max", "count"])


def through_files(frame):
    frame.to_parquet("frame.parquet")
    frame.to_csv("frame.csv", index=False)
    frame.to_json("frame.json", orient="records", date_format="iso")
    assert len(pd.read_csv("frame.csv")) == len(pd.read_json("frame.json")) == len(frame)
    return pd.read_parquet("frame.parquet")


def by_hour(frame, zone):
    series = frame.set_index("at")["ms"].tz_localize("UTC").tz_convert(zone)
    return series.resample("1h").mean()


def pivot(frame):
    wide = frame.pivot_table(index="service", columns=frame["at"].dt.hour, values="ms", observed=True)
    return wide.stack(), wide.rolling(1).mean().fillna(0)


def joined(left, right):
    return left.merge(right, on="k", how="outer", indicator=True).sort_values("k")
