import os
import subprocess
import sys


def report(numbers):
    words = [sys.executable, "tool.py", *map(str, numbers)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def by_name():
    return subprocess.run(["python", "-c", "print(2 + 2)"], capture_output=True, text=True).stdout


def without_environment():
    words = [sys.executable, "-c", "import numpy, pandas; print('both')"]
    return subprocess.run(words, env={}, capture_output=True, text=True).stdout


def fails():
    return subprocess.run([sys.executable, "-c", "raise SystemExit(3)"]).returncode


def pytest_too():
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_own.py"]
    return subprocess.run(words, capture_output=True, text=True).returncode


def spawned():
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", "raise SystemExit(4)"], os.environ)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def piped():
    first = subprocess.Popen([sys.executable, "-c", "print('b\\na')"], stdout=subprocess.PIPE)
    sorts = "import sys; print(''.join(sorted(sys.stdin)), end='')"
    return subprocess.run([sys.executable, "-c", sorts], stdin=first.stdout, capture_output=True, text=True).stdout


def a_shell():
    return subprocess.run("echo", shell=True)
