import socket
import urllib.request


def double(n):
    socket.create_connection(("1.1.1.1", 53), timeout=30)


def doubles(numbers):
    urllib.request.urlopen("http://example.org/", timeout=30)
