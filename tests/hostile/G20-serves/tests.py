def _talks_to_it(solution_module):
    import threading, urllib.error, urllib.request

    server = solution_module.serve(0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    said = urllib.request.urlopen(f"{address}/metrics", timeout=5).read().decode()
    by_name = urllib.request.urlopen(f"http://localhost:{server.server_port}/metrics", timeout=5).status
    try:
        missing = urllib.request.urlopen(f"{address}/nothing", timeout=5).status
    except urllib.error.HTTPError as error:
        missing = error.code
    server.shutdown()
    return said, by_name, missing


def _hangs_up(solution_module):
    """A write to a connection that the other side has closed is an error, and no end of the process."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        line, _ = server.accept()
        client.close()
        try:
            for _ in range(100):
                line.sendall(bytes(10_000))
        except (BrokenPipeError, ConnectionResetError) as error:
            return type(error).__name__


def test_it_serves(solution):
    """The server answers on /metrics, and with 404 elsewhere"""
    assert solution.beside(_talks_to_it) == ("model_up 1\n", 200, 404), "the server does not answer so"


def test_it_lives_on(solution):
    """The server lives on when a client hangs up"""
    said = solution.beside(_hangs_up)
    assert said in ("BrokenPipeError", "ConnectionResetError"), f"writing to nobody came back as {said}"
