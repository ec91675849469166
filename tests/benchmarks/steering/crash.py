"""Whoever steers is killed, or the network is cut, while every kind of head turns: who runs on?

Three processes, in real time: the heads, whoever steers them, and this one, which holds a proxy
between the two and reads the truth from the heads. A head that goes to a place ends by itself; one
that was given a velocity ends that by its Timeout; one that does not end its moves has shown that
before, and is not moved in that way any more.
"""

import asyncio
import json
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks.measures import Measure
from tests.benchmarks.steering.farm import HOST, free_ports
from tests.fakes.quirky_site import KINDS

RUNAWAY_S = 1.5
DEADLINE_S = 6.7
"""The latest that this move of any head is to have ended: twice its usual time and 3 s more."""
SLACK_S = 0.3
"""How far apart the moments are that two processes speak of."""
UNPROVEN = frozenset({"ignores timeouts"})
"""Kinds whose continuous moves nobody could prove to end."""


@dataclass
class Cable:
    """A proxy to one head, which can be cut: then what is sent is swallowed, and nothing comes."""

    port: int
    to: int
    cut: bool = False
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self) -> asyncio.Server:
        """Carry what comes, both ways."""
        return await asyncio.start_server(self._carry, HOST, self.port)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(HOST, self.to)
        self._writers += [writer, back]
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                if not self.cut:
                    writer.write(data)
                    await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


class Farm:
    """The heads, and what is true of them."""

    def __init__(self, process: Process, ports: Sequence[int]) -> None:
        self.process = process
        self.ports = ports

    async def truth(self) -> list[dict[str, object]]:
        """Return what is true of every head now."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"?\n")
        answer = await _line(self.process)
        heads: list[dict[str, object]] = json.loads(answer)
        return heads

    async def close(self) -> None:
        """Let the heads go."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        await self.process.wait()


async def farm(kinds: Sequence[str]) -> Farm:
    """Open heads of these kinds in another process."""
    process = await _python("tests.benchmarks.steering.farm", *kinds)
    return Farm(process, json.loads(await _line(process)))


async def measured() -> Sequence[Measure]:
    """Kill and cut, with every kind of head in motion."""
    runaways: list[str] = []
    driven: list[str] = []
    longest_s = 0.0
    for cuts in (False, True):
        ran, unproven, moved_s = await _one(cuts=cuts)
        runaways += ran
        driven += unproven
        longest_s = max(longest_s, moved_s)
    for name in (*runaways, *driven):
        sys.stdout.write(f"{name}\n")
    return [
        Measure("runaways_crash_and_partition", len(runaways), "heads", must=0),
        Measure("moved_after_crash_or_cut_s", longest_s, "s"),
        Measure("unproven_heads_driven", len(driven), "heads", must=0),
    ]


async def _one(*, cuts: bool) -> tuple[list[str], list[str], float]:
    """Return who ran on, who was driven without proof, and how long the last one moved."""
    heads = await farm(list(KINDS))
    cables = [Cable(*ends) for ends in zip(free_ports(len(KINDS)), heads.ports, strict=True)]
    servers = [await cable.serve() for cable in cables]
    marked = [
        f"{cable.port}{'' if kind in UNPROVEN else '!'}"
        for cable, kind in zip(cables, KINDS, strict=True)
    ]
    crew = await _python("tests.benchmarks.steering.crew", *marked)
    try:
        while await _line(crew) != b"moving\n":
            pass
        await asyncio.sleep(random.Random(7 + cuts).uniform(0.4, 0.8))
        turning = sum(bool(each["moving"]) for each in await heads.truth())
        if cuts:
            for cable in cables:
                cable.cut = True
        else:
            crew.kill()
        after_s = DEADLINE_S + RUNAWAY_S + SLACK_S
        await asyncio.sleep(after_s)
        truth = await heads.truth()
    finally:
        if crew.returncode is None:
            crew.kill()
        await crew.wait()
        for server in servers:
            server.close()
        await heads.close()
    what = "cut" if cuts else "killed"
    sys.stdout.write(f"{what}: {turning} of {len(KINDS)} heads turned\n")
    ran = [
        f"{what}: {kind} runs on" for kind, each in zip(KINDS, truth, strict=True) if each["moving"]
    ]
    driven = [
        f"{what}: {kind} was driven"
        for kind, each in zip(KINDS, truth, strict=True)
        if kind in UNPROVEN
        and isinstance(each["calls"], dict)
        and each["calls"].get("ContinuousMove")
    ]
    rests = [float(str(each["rests_s"])) for each in truth if not each["moving"]]
    return ran, driven, max(after_s - each for each in rests)


async def _python(module: str, *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE, limit=2**22
    )


async def _line(process: Process) -> bytes:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "the other process has ended"
    return line
