import asyncio
import socket


async def one(n):
    await asyncio.sleep(0.001)
    return 2 * n


async def everything(numbers):
    gathered = await asyncio.gather(*map(one, numbers))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asyncio.to_thread(sum, gathered))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(9)
    except TimeoutError:
        pass
    left, right = socket.socketpair()
    reader, writer = await asyncio.open_unix_connection(sock=left)
    right.send(b"line\n")
    line = await reader.readline()
    writer.close()
    return gathered, task.result(), line


def gathered(numbers):
    return asyncio.run(everything(numbers))


def many(n):
    return [asyncio.run(one(at)) for at in range(n)]
