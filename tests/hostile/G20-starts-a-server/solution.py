import subprocess
import sys
import urllib.request

SERVER = "import http.server, sys\nserver = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)\n" \
    "print(server.server_port, flush=True)\nserver.serve_forever()\n"


def main():
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = int(server.stdout.readline())
    with open("report.txt", "w") as file:
        file.write("fine")
    said = urllib.request.urlopen(f"http://127.0.0.1:{port}/report.txt", timeout=5).read().decode()
    server.terminate()
    return said, server.wait()


def manager():
    import multiprocessing

    with multiprocessing.get_context("forkserver").Manager() as manager:
        kept = manager.dict(a=1)
        return dict(kept)
