def double(n, /, *, by=2):
    match n:
        case int() | float() if (twice := by * n) is not None:
            return twice


def doubles(numbers):
    async def inner():
        return [double(n) async for n in stream(numbers)]

    async def stream(items):
        for item in items:
            yield item

    import asyncio

    return asyncio.run(inner())
