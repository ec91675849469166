"""The run itself: start the simulator, the broker and the service, watch, and end them all.

Every step is the product's own command line, as a newcomer would type it. Times: the simulator
and the broker have ``READY_S`` to come up; the service ends by itself after ``length_s`` and is
ended when it takes ``OVERTIME_S`` longer.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiomqtt
import msgspec

from simulators.demo.board import Board
from simulators.demo.crew import Crew, Member, ProcessFailedError
from simulators.demo.script import part_of, played
from simulators.demo.session import SessionFile
from simulators.demo.show import Show, console
from simulators.demo.stage import Stage, read_secret
from simulators.operator import Desk, at_desk
from simulators.score.places import read_layout, read_rules
from simulators.score.records import Discovered
from simulators.score.sight import Layout

READY_S = 25.0
POLL_S = 0.1
DISCOVER_S = 3
COMMAND_S = 30.0
OVERTIME_S = 25.0
EXPLAINED = 40
AT = "2026-11-20T22:30:00+01:00"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run needs to know: where, which seed, for how long, at which hour of which day."""

    stage: Stage
    seed: int
    length_s: float = 82.0
    at: str = AT
    interface: str = "127.0.0.1"


class _Device(msgspec.Struct, frozen=True):
    host: str


async def performed(run: Run) -> Mapping[str, str]:
    """Run the demo; return what ``orchestrator explain`` says of each PTZ camera."""
    stage = run.stage
    layout = read_layout(stage.site)
    session = SessionFile(stage.session)
    crew = Crew(stage.logs, session)
    show = Show(Board(tuple(layout.stations)), console=console(), length_s=run.length_s)
    try:
        await _opened(run, crew, show)
        await _found(run, crew, session, show)
        await _served(run, crew, session, show, layout)
        return await _explanations(run, crew, layout)
    finally:
        await crew.end()


async def _opened(run: Run, crew: Crew, show: Show) -> None:
    """Start the simulator and the broker, and wait until both are there."""
    stage = run.stage
    show.say(f"starting the simulated site {stage.site} (seed {run.seed}) and the broker")
    cameras = [camera.address(80) for camera in stage.file.cameras.values()]
    await _free([*cameras, stage.broker])
    await crew.start(
        "simulator",
        *("-m", "simulators", "serve", str(stage.site), "--seed", str(run.seed)),
        *("--secrets", str(stage.secrets), "--truth", str(stage.truth)),
    )
    await crew.start(
        "broker", *_orchestrator("broker", str(stage.site), "--secrets", str(stage.secrets))
    )
    await _until("the simulator", crew, cameras)
    await _until("the broker", crew, [stage.broker])


async def _found(run: Run, crew: Crew, session: SessionFile, show: Show) -> None:
    """Discover the cameras, then approve those that the site file lists."""
    stage = run.stage
    looking = ("--interface", run.interface, "--seconds", str(DISCOVER_S))
    show.say(f"discovering ONVIF devices from {run.interface}")
    told = await crew.run(
        "discover", *_orchestrator("discover", *looking, "--json"), within_s=COMMAND_S
    )
    hosts = discovered_hosts(told.printed())
    session.write(Discovered(hosts))
    show.say(f"  {len(hosts)} devices answered: {', '.join(hosts)}")
    approving = await crew.run(
        "approve",
        *_orchestrator("approve", str(stage.site), "--listed", *looking, *_stores(stage)),
        within_s=COMMAND_S,
    )
    for line in approving.printed().splitlines():
        show.say(f"  {line}")


async def _served(run: Run, crew: Crew, session: SessionFile, show: Show, layout: Layout) -> None:
    """Run the service with an operator at its desk until it ends by itself."""
    stage = run.stage
    show.say(f"running the service for {run.length_s:.0f} s, calendar at {run.at}")
    service = await crew.start(
        "service",
        *_orchestrator("run", str(stage.site), *_stores(stage)),
        *("--journal", str(stage.journal), "--at", run.at, "--for", f"{run.length_s:g}"),
    )
    async with show.follow(stage.journal):
        operator = asyncio.create_task(_operator(run, session, show, layout))
        watchman = asyncio.create_task(_watch(crew, service))
        try:
            code = await crew.finish(service, within_s=run.length_s + OVERTIME_S)
            played_out = operator.done()
        finally:
            for task in (operator, watchman):
                task.cancel()
            outcomes = await asyncio.gather(operator, watchman, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    if code:
        raise ProcessFailedError(
            f"service ended with status {code}; it said last:\n{service.last_words()}"
        )
    if not played_out:
        raise ProcessFailedError("the service ended before the operator had asked for everything")


async def _operator(run: Run, session: SessionFile, show: Show, layout: Layout) -> None:
    """Let the first of the site's people who may command play the script."""
    stage = run.stage
    commanding = [one for one in stage.file.operators.items() if one[1].role != "viewer"]
    name, entry = commanding[0]
    user, password = read_secret(stage, entry.credentials)
    desk = Desk(stage.file.site, *stage.broker, user, password)
    part = part_of(layout, read_rules(stage.site))
    try:
        async with at_desk(desk, session.write) as operator:
            await played(operator, part, show.say)
    except aiomqtt.MqttError as lost:
        raise ProcessFailedError(f"operator {name} lost the broker: {lost}") from lost


async def _watch(crew: Crew, service: Member) -> None:
    """End the service when the simulator or the broker is gone: nothing could be shown then."""
    while service.running:
        await asyncio.sleep(POLL_S)
        gone = [member for member in crew.members if member is not service and not member.running]
        if gone:
            service.process.terminate()
            raise ProcessFailedError(
                f"{gone[0].name} ended in mid-run; it said last:\n{gone[0].last_words()}"
            )


async def _explanations(run: Run, crew: Crew, layout: Layout) -> Mapping[str, str]:
    """Ask ``orchestrator explain`` about every PTZ camera, all at once."""
    stage = run.stage
    asked = [
        await crew.start(
            f"explain-{head.id}",
            *_orchestrator("explain", str(stage.site), head.id, "--last", str(EXPLAINED)),
            *("--state", str(stage.state)),
        )
        for head in layout.heads
    ]
    for member in asked:
        await crew.finish(member, within_s=COMMAND_S)
    return {member.name.removeprefix("explain-"): member.printed() for member in asked}


async def _free(addresses: Sequence[tuple[str, int]]) -> None:
    """Refuse to begin where somebody else serves already: we would talk to strangers."""
    for host, port in addresses:
        if await _reachable(host, port):
            raise ProcessFailedError(
                f"somebody serves {host}:{port} already: end the other demo, or move this one to "
                "other addresses with --net 127.0.42"
            )


async def _until(what: str, crew: Crew, addresses: Sequence[tuple[str, int]]) -> None:
    """Wait until every address accepts connections, or say why it cannot."""
    waiting = list(addresses)
    try:
        async with asyncio.timeout(READY_S):
            while waiting:
                crew.check()
                waiting = [address for address in waiting if not await _reachable(*address)]
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        missing = ", ".join(f"{host}:{port}" for host, port in waiting)
        raise ProcessFailedError(
            f"{what} was not ready within {READY_S:.0f} s: nobody listens on {missing}"
        ) from None


async def _reachable(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def discovered_hosts(printed: str) -> tuple[str, ...]:
    """Return the addresses in what ``orchestrator discover --json`` printed."""
    try:
        found = msgspec.json.decode(printed, type=list[_Device])
    except msgspec.DecodeError as wrong:
        raise ProcessFailedError(f"discover did not print JSON: {wrong}") from wrong
    return tuple(sorted({device.host for device in found}))


def _orchestrator(*arguments: str) -> tuple[str, ...]:
    """Return the product's own command, as installed beside this Python, with arguments."""
    return (str(Path(sys.executable).with_name("orchestrator")), *arguments)


def _stores(stage: Stage) -> tuple[str, ...]:
    return ("--state", str(stage.state), "--secrets", str(stage.secrets))
