import subprocess


def double(n):
    return subprocess.run(["/python/bin/python3.11", "-c", "print(1)"], check=True)


doubles = double
