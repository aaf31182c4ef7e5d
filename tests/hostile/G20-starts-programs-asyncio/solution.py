import asyncio
import sys


async def _ask(number):
    words = "import sys; print(int(sys.stdin.read()) ** 2)"
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", words, stdin=pipe, stdout=pipe)
    out, _ = await child.communicate(str(number).encode())
    return int(out), child.returncode


def main():
    async def both():
        return await asyncio.gather(_ask(3), _ask(4))

    return asyncio.run(both())
