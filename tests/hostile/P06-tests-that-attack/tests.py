import ctypes
import os
import socket

import pytest

READ = ("/etc/shadow", "/root", "/home", "/proc/1/environ", "/var/run/docker.sock")


def test_reads_nothing():
    """nothing of the host is read"""
    for path in READ:
        with pytest.raises(OSError):
            os.listdir(path) if path in ("/root", "/home") else open(path).read()


def test_reaches_nobody():
    """nobody is reached"""
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", 5432), timeout=1)
    with pytest.raises(OSError):
        os.execv("/bin/sh", ["sh"])


def test_sees_no_neighbour():
    """no process of another is seen"""
    assert {int(p) for p in os.listdir("/proc") if p.isdigit()} <= {1, os.getpid()}
    assert ctypes.CDLL(None).unshare(0x10000000) == -1
