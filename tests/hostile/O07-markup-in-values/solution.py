import matplotlib.pyplot as plt

plt.title("<b>title</b>")


def double(n):
    return "<script>alert(1)</script>"


doubles = double
