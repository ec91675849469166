"""Many simulated heads as real network devices, in a process of their own.

``python -m tests.benchmarks.steering.farm KIND...`` opens a device for each kind named (``plain``
any number of times) and prints their ports as one line of JSON. It lives until its input ends; for
every line it reads it prints what is true then: for each head, whether it moves, when it was last
seen to, by its own clock, and which commands it was sent.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Sequence

from orchestrator.adapters.system import SystemClock
from orchestrator.ports import Clock
from tests.fakes.quirky_site import KINDS, QuirkySite

HOST = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


async def farmed(kinds: Sequence[str]) -> None:
    """Open the devices, and answer questions until nobody asks any more."""
    clock: Clock = SystemClock()
    ports = free_ports(len(kinds))
    places = zip(kinds, ports, strict=True)
    sites = [QuirkySite(KINDS[kind], clock, at=(HOST, port)) for kind, port in places]
    for site in sites:
        await site.device.open()
    _say(ports)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        _say([_truth(site, clock.now().mono_s) for site in sites])
    for site in sites:
        await site.device.close()


def _truth(site: QuirkySite[Clock], now_s: float) -> dict[str, object]:
    moving = site.is_moving()
    calls = {name.removeprefix("tptz:"): times for name, times in site.device.soap.calls.items()}
    return {
        "moving": moving,
        "rests_s": 0.0 if moving else now_s - site.head.moved_s,
        "calls": calls,
    }


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(farmed(sys.argv[1:]))
