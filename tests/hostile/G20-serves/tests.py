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


def test_it_serves(solution):
    """The server answers on /metrics, and with 404 elsewhere"""
    assert solution.beside(_talks_to_it) == ("model_up 1\n", 200, 404), "the server does not answer so"
