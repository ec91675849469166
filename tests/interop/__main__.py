"""``python -m tests.interop``: clients that nobody here wrote, on a simulated camera.

Makes an environment for each in ``out/interop``, has it do what it can, prints a table of clients
and steps, and one line of JSON at the end. Exit 1 when a step failed; a client that could not be
had is named with the reason and counts as nothing.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from simulators.device.quirks import TakesReplays
from simulators.serve import running
from tests.fakes.onvif_site import free_port
from tests.fakes.simulated_site import DOME, PASSWORD, SECRETS, USERNAME, facility
from tests.interop.clients import CLIENTS, Client, Step, Target, steps_of
from tests.interop.environments import HERE, ROOT, Made, Unavailable
from tests.interop.network import neighbour
from tests.interop.payloads import payloads

_PATIENCE_S = 90.0


@dataclass
class Report:
    """Who got how far."""

    versions: dict[str, str] = field(default_factory=dict)
    steps: dict[str, list[Step]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Return how many steps failed."""
        return sum(not step.good for steps in self.steps.values() for step in steps)

    def table(self) -> str:
        """Return who did what, a client a row."""
        names = list(dict.fromkeys(step.name for steps in self.steps.values() for step in steps))
        rows = [["client", *names]]
        for client, steps in self.steps.items():
            fared = {step.name: "ok" if step.good else "FAILED" for step in steps}
            rows.append([client, *(fared.get(name, "-") for name in names)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def plain(self) -> dict[str, object]:
        """Return the line of JSON."""
        return {
            "bench": "interop",
            "failed": self.failed,
            "clients": {
                client: {step.name: step.good for step in steps}
                for client, steps in self.steps.items()
            },
            "versions": self.versions,
            "absent": self.absent,
        }


@dataclass
class Session:
    """The environments' folder, when it is over, and what has come of it."""

    folder: Path
    ends_s: float
    report: Report = field(default_factory=Report)

    async def driven(self, clients: Sequence[Client]) -> Report:
        """Have every client do what it can, one after the other."""
        async with camera(DOME.host) as target:
            for client in clients:
                if not client.wants_network:
                    await self._sent(client, target)
        for client in clients:
            if client.wants_network:
                await self._sent_from_next_door(client)
        return self.report

    async def _sent(self, client: Client, target: Target, *, inside: Sequence[str] = ()) -> None:
        own = self.folder / client.name.replace(" (npm)", "-npm")
        try:
            if time.monotonic() > self.ends_s:
                raise Unavailable("the time that --within allows is over")
            made = await asyncio.to_thread(client.environment.made, own)
        except Unavailable as error:
            self.report.absent[client.name] = str(error)
            return
        self.report.versions[client.name] = made.version
        program = (*inside, *made.program)
        self.report.steps[client.name] = await _fared(client, program, made, target)

    async def _sent_from_next_door(self, client: Client) -> None:
        try:
            with neighbour() as beside:
                async with camera(beside.host) as target:
                    await self._sent(client, target, inside=beside.entered)
        except Unavailable as error:
            self.report.absent[client.name] = str(error)


@asynccontextmanager
async def camera(host: str) -> AsyncIterator[Target]:
    """Serve one simulated PTZ camera; some clients sign with the same nonce twice."""
    dome = replace(DOME, host=host, onvif_port=free_port(host), rtsp_port=free_port(host))
    async with running(facility(dome), secrets=SECRETS) as site:
        TakesReplays().put_on(site.stations[dome.id].device)
        yield Target(host, dome.onvif_port, dome.rtsp_port, USERNAME, PASSWORD, dome.serial)


async def _fared(client: Client, program: Sequence[str], made: Made, target: Target) -> list[Step]:
    begun_s = time.monotonic()
    driver = (sys.executable, str(HERE / client.driver)) if client.driver else ()
    process = await asyncio.create_subprocess_exec(
        *driver,
        *program,
        *client.arguments(target),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **made.variables, "INTEROP_PAYLOADS": json.dumps(payloads())},
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
        return [Step("end", good=False, said=f"not done within {_PATIENCE_S:.0f} s")]
    steps = steps_of(client, target, process.returncode or 0, out.decode(errors="replace"))
    took_s = time.monotonic() - begun_s
    print(f"{client.name}: {sum(step.good for step in steps)} of {len(steps)} in {took_s:.1f} s")
    for step in steps:
        if not step.good:
            print(f"  {step.name}: {step.said}")
    if not all(step.good for step in steps):
        print(err.decode(errors="replace")[-1500:], file=sys.stderr)
    return steps


def main() -> int:
    """Run every client, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.interop", description=__doc__)
    parser.add_argument("clients", nargs="*", help="only these [all]")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "interop")
    parser.add_argument(
        "--within", type=float, default=1800.0, help="begin no client after so many seconds"
    )
    asked = parser.parse_args()
    known = {client.name: client for client in CLIENTS}
    unknown = sorted(set(asked.clients) - set(known))
    if unknown:
        parser.error(f"no client {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [client for name, client in known.items() if name in (asked.clients or known)]
    session = Session(asked.folder, time.monotonic() + asked.within)
    report = asyncio.run(session.driven(chosen))
    print(report.table())
    for name, why in report.absent.items():
        print(f"not run: {name}: {why}")
    print(json.dumps(report.plain()))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
