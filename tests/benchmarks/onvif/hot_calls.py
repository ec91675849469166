"""What a hot call costs through the whole link, against the least that asking over aiohttp can cost.

Both ask the same cameras the same thing with HTTP Digest, so many at a time, in turns of a few calls
in one process, and are compared by the processor time they take. Each figure is the median of the
turns' ratios: a machine with other work slows both.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from orchestrator.adapters.onvif import OnvifCameras, fast
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.domain.ids import PresetName
from orchestrator.ports import CameraLink
from simulators.device.unit import PROFILE
from tests.benchmarks.baselines.posting import BarePost, session
from tests.benchmarks.measures import Measure
from tests.benchmarks.onvif.fleets import PORT, SECRET, FleetProcess
from tests.benchmarks.onvif.onboarding import approval_of, camera_at

PRESETS = 20
MOST = 1.5
_TURNS = 12
_CALLS_A_TURN = 16
_SERVICE = "/onvif/ptz_service"

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Contest:
    """One operation, asked of each camera by us and by the floor."""

    name: str
    payload: bytes
    ours: Callable[[CameraLink], Awaitable[object]]


CONTESTS = (
    Contest(
        "gotopreset_vs_floor",
        fast.goto_preset(PROFILE, "1"),
        lambda link: link.goto_preset(PresetName("home")),
    ),
    Contest("getstatus_vs_floor", fast.get_status(PROFILE), lambda link: link.head()),
    Contest("getpresets_vs_floor", fast.get_presets(PROFILE), lambda link: link.presets()),
)


async def against_the_floor(fleet: FleetProcess) -> list[Measure]:
    """Return each operation's cost over the floor's."""
    credentials = FileSecrets(fleet.secrets).credentials(SECRET)
    login = (credentials.username, credentials.password.reveal())
    cameras = [camera_at(fleet.first, number) for number in range(fleet.count)]
    async with OnvifCameras(SystemClock()) as door, session() as bare:
        links = [door.link(approval_of(camera), credentials) for camera in cameras]
        await asyncio.gather(*(link.interview() for link in links))
        measures = []
        for contest in CONTESTS:
            posts = [
                BarePost(bare, f"http://{each.host}:{PORT}{_SERVICE}", contest.payload, login)
                for each in cameras
            ]
            await asyncio.gather(*(post.learn() for post in posts))
            ours = [_of(contest, link) for link in links]
            measures.append(_measure(contest, await _turns(ours, posts)))
        return measures


def _of(contest: Contest, link: CameraLink) -> Call:
    return lambda: contest.ours(link)


async def _turns(ours: Sequence[Call], floor: Sequence[Call]) -> list[tuple[float, float]]:
    """Return the milliseconds a call of either took, turn by turn."""
    for calls in (ours, floor):
        await _cost_ms(calls)
    gc.collect()
    gc.freeze()
    return [(await _cost_ms(ours), await _cost_ms(floor)) for _ in range(_TURNS)]


async def _cost_ms(calls: Sequence[Call]) -> float:
    began_s = time.process_time()
    await asyncio.gather(*(_repeated(call) for call in calls))
    return (time.process_time() - began_s) * 1000.0 / (_CALLS_A_TURN * len(calls))


async def _repeated(call: Call) -> None:
    for _ in range(_CALLS_A_TURN):
        await call()


def _measure(contest: Contest, turns: Sequence[tuple[float, float]]) -> Measure:
    ratio = statistics.median(mine / theirs for mine, theirs in turns)
    floor_ms = statistics.median(theirs for _, theirs in turns)
    return Measure(contest.name, ratio, f"x of {floor_ms:.2f} ms CPU", 1.0, MOST)
