"""The product under attack, in a process of its own for every case.

``python -m tests.benchmarks.onvif.victim`` imports the product and parses the WSDL files once; then
each line of JSON on its input is a ``Job``, and it forks a child that does it and writes a line of
JSON with a ``Harm``. A child that ends otherwise is a crash.
"""

import asyncio
import io
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from orchestrator.adapters.onvif import OnvifCameras, WsDiscovery
from orchestrator.adapters.onvif.engine import engine
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.errors import CameraError, OrchestratorError
from orchestrator.ports import DEVICE_SERVICE, Approval, CameraLink, Credentials, Secret
from tests.fakes.onvif_site import PASSWORD, USERNAME

DISCOVERY = "Probe"
"""The operation that stands for: is asked by a unicast probe."""
GROUP = "Hello"
"""And for: hears what is told to everybody meanwhile."""
_LISTENED_S = 8.0
_PULL_S = 4.0


@dataclass(frozen=True, slots=True)
class Job:
    """An address to be attacked from, and the operation that the attack is about."""

    id: int
    host: str
    port: int
    operation: str


@dataclass(frozen=True, slots=True)
class Harm:
    """What an attack came to."""

    id: int
    outcome: str
    crash: str = ""
    worst_s: float = 0.0
    """The longest that one method of the link took."""
    grown_mb: float = 0.0
    told: bool = False
    """Whether a log line or an error has the password in it."""
    hosts: tuple[str, ...] = ()
    """Where discovery was led to."""


class Steps:
    """Does one thing after the other, and notes how long each takes."""

    def __init__(self) -> None:
        self.worst_s = 0.0
        self.outcome = "passed"
        self.said = ""

    async def take(self, step: Callable[[], Awaitable[object]]) -> bool:
        """Take a step; a refusal is an outcome like another."""
        began_s = time.perf_counter()
        try:
            await step()
        except CameraError as error:
            self.outcome = type(error).__name__
            self.said += f"{error!r} {error.__cause__!r}"
            return False
        finally:
            self.worst_s = max(self.worst_s, time.perf_counter() - began_s)
        return True


async def attacked(job: Job) -> Harm:
    """Use a camera that is hostile at one point."""
    steps = Steps()
    async with OnvifCameras(SystemClock()) as cameras:
        approval = Approval(
            CameraId("dock"), job.host, job.port, DEVICE_SERVICE, "dock", None, "anna"
        )
        link = cameras.link(approval, Credentials(USERNAME, Secret(PASSWORD)))
        if await steps.take(link.interview):
            for step in _steps(job.operation, link):
                await steps.take(step)
    return Harm(job.id, steps.outcome, worst_s=steps.worst_s, told=PASSWORD in steps.said, hosts=())


def _steps(operation: str, link: CameraLink) -> list[Callable[[], Awaitable[object]]]:
    match operation:
        case "GetStatus":
            return [link.head] * 6
        case "GotoPreset":
            return [lambda: link.goto_preset(PresetName("gate"))]
        case "GetPresets":
            return [link.presets]
        case "PullMessages" | "CreatePullPointSubscription":
            return [lambda: _heard(link)]
    return []


async def _heard(link: CameraLink) -> None:
    """Subscribe and pull once; a pull may last by design, so it is not waited for to the end."""
    async with link.events() as batches:
        with suppress(TimeoutError, StopAsyncIteration):
            await asyncio.wait_for(anext(batches), _PULL_S)


async def discovered(job: Job) -> Harm:
    """Ask one address, or listen to everybody, for cameras."""
    began_s = time.perf_counter()
    if job.operation == DISCOVERY:
        found = await WsDiscovery().answering([(job.host, job.port)], rate_per_s=100.0)
    else:
        found = await WsDiscovery().heard(interfaces=["127.0.0.1"], duration_s=1.5)
    led = tuple(sorted({f"{each.host}:{each.port}" for each in found}))
    return Harm(job.id, "passed", worst_s=time.perf_counter() - began_s, hosts=led)


def child(job: Job) -> None:
    """Do a job and write what came of it."""
    log = io.StringIO()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(log),
    )
    before_kb = _status_kb("VmRSS")
    kind = discovered if job.operation in {DISCOVERY, GROUP} else attacked
    try:
        harm = asyncio.run(asyncio.wait_for(kind(job), 60.0))
    except (Exception, OrchestratorError) as error:  # noqa: BLE001 any at all is what is counted
        harm = Harm(job.id, "crash", crash=repr(error)[:300])
    report = asdict(harm)
    report["grown_mb"] = (_status_kb("VmHWM") - before_kb) / 1024.0
    report["told"] = harm.told or PASSWORD in log.getvalue()
    os.write(1, json.dumps(report).encode() + b"\n")


def _status_kb(name: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return float(line.split()[1])
    raise LookupError(name)


def main() -> None:
    asyncio.run(_ready())
    running: dict[int, int] = {}

    def reap(_number: int, _frame: object) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                job = running.pop(ended[0], -1)
                if ended[1]:
                    harm = Harm(job, "crash", crash=f"the process ended with {ended[1]}")
                    os.write(1, json.dumps(asdict(harm)).encode() + b"\n")

    signal.signal(signal.SIGCHLD, reap)
    os.write(1, b"ready\n")
    for line in sys.stdin.buffer:
        job = Job(**json.loads(line))
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            child(job)
            os._exit(0)
        running[pid] = job.id
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


async def _ready() -> None:
    await engine()


if __name__ == "__main__":
    main()
