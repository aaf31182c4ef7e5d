import ftplib
import http.client
import smtplib
import socket
import urllib.request

reached = []
for name, attempt in {
    "url": lambda: urllib.request.urlopen("http://example.org", timeout=60),
    "https": lambda: http.client.HTTPSConnection("1.1.1.1").request("GET", "/"),
    "ftp": lambda: ftplib.FTP("192.0.2.1"),
    "mail": lambda: smtplib.SMTP("192.0.2.1"),
    "name": lambda: socket.gethostbyname("example.org"),
    "six": lambda: socket.create_connection(("2606:4700:4700::1111", 53), timeout=60),
    "dns": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("1.1.1.1", 53)),
}.items():
    try:
        attempt()
        reached.append(name)
    except OSError as error:
        print(name, type(error).__name__)
print("reached:", reached)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
