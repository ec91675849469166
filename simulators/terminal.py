"""How a command that serves until told otherwise speaks to its caller, and hears that it is over."""

import asyncio
import signal


def say(line: str) -> None:
    """Print a line at once: whoever started us waits for it."""
    print(line, flush=True)  # noqa: T201 - a command speaks to its caller


def told_to_end() -> asyncio.Event:
    """Return what is set by SIGTERM and SIGINT from now on."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    return ended


async def until(ended: asyncio.Event, for_s: float | None) -> None:
    """Return when it is set, or after so many seconds if there is a number."""
    try:
        async with asyncio.timeout(for_s):
            await ended.wait()
    except TimeoutError:
        return
