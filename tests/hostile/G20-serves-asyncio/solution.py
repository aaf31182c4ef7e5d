import asyncio
import socket


async def _echo(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def _both(host):
    server = await asyncio.start_server(_echo, host, 0)
    port = server.sockets[0].getsockname()[1]
    answers = []
    for _ in range(20):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"up?\n")
        answers.append(await reader.readline())
        writer.close()
    server.close()
    return answers


def main():
    assert set(asyncio.run(_both("127.0.0.1"))) == {b"UP?\n"}
    if socket.has_ipv6:
        assert set(asyncio.run(_both("::1"))) == {b"UP?\n"}
    assert set(asyncio.run(_both("localhost"))) == {b"UP?\n"}
    return _udp(), _unix()


def _udp():
    with socket.socket(type=socket.SOCK_DGRAM) as one, socket.socket(type=socket.SOCK_DGRAM) as other:
        one.bind(("127.0.0.1", 0))
        other.connect(one.getsockname())
        other.send(b"metric:1|c")
        return one.recv(100).decode()


def _unix():
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("/tmp/agent.sock")
        server.listen()
        client.connect("/tmp/agent.sock")
        client.sendall(b"hello")
        return server.accept()[0].recv(5).decode()
