"""A fleet of every quirk, with a usual camera beside each: right states, right passports, no neighbour lost.

What is right for a quirk is what the contract suite says (``tests/contract/test_quirks.py``).
"""

import asyncio
import sys
from contextlib import suppress
from dataclasses import replace

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import LinkState, Passport
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Interviewed, LinkSeen, Observation
from orchestrator.onboard import keep_onboard
from orchestrator.ports import Credentials, Secret
from simulators.device.login import Login
from simulators.device.quirks import Quirk, quirks
from simulators.fleet import FleetCamera, FleetPlan, sailing
from tests.benchmarks.measures import Measure
from tests.benchmarks.onvif.fleets import NET
from tests.benchmarks.onvif.onboarding import approval_of, camera_at
from tests.contract.test_quirks import CHECKED_APART, NOT_ABOARD, OTHERWISE
from tests.fakes.onvif_site import PASSWORD, USERNAME
from tests.fakes.store import MemoryStore

FIRST = f"{NET}.16.1"
LEAST = 25
_PATIENCE_S = 60.0


class Seen:
    """What was reported of each camera."""

    def __init__(self, count: int) -> None:
        self.states: dict[CameraId, LinkState] = {}
        self.passports: dict[CameraId, Passport] = {}
        self.complete = asyncio.Event()
        self._count = count

    def report(self, seen: Observation) -> None:
        if isinstance(seen, Interviewed):
            self.passports[seen.camera] = seen.passport
        elif isinstance(seen, LinkSeen):
            self.states[seen.camera] = seen.state
            settled = {LinkState.ONLINE, LinkState.REFUSED}
            if sum(state in settled for state in self.states.values()) == self._count:
                self.complete.set()


async def measured() -> list[Measure]:
    """Bring them all aboard at once."""
    kinds = quirks()
    plan = FleetPlan(
        2 * len(kinds) + 1, first=FIRST, worn=[each for kind in kinds for each in ([], [kind])]
    )
    async with sailing(plan, Login(USERNAME, PASSWORD)) as fleet:
        seen = await _onboarded(plan)
    ids = [camera_at(FIRST, number).id for number in range(plan.count)]
    usual = _plain(seen.passports[ids[0]], fleet.cameras[0])
    passed = neighbours_lost = 0
    for number, (id_, camera) in enumerate(zip(ids, fleet.cameras, strict=True)):
        worn = plan.worn_by(number)
        passport = seen.passports.get(id_)
        found = None if passport is None else _plain(passport, camera)
        if not worn:
            neighbours_lost += found != usual or seen.states.get(id_) is not LinkState.ONLINE
        elif _right(worn[0], seen.states.get(id_), found, usual) and not camera.access.locked:
            passed += 1
        else:
            sys.stderr.write(f"quirks: {worn[0].__name__}: {seen.states.get(id_)}, {found}\n")
    return [
        Measure("quirks_passed", passed, "quirks", must=len(kinds), least=True),
        Measure("quirks_total", len(kinds), "quirks", must=LEAST, least=True),
        Measure("neighbours_lost", neighbours_lost, "cameras", must=0),
    ]


async def _onboarded(plan: FleetPlan) -> Seen:
    seen = Seen(plan.count)
    async with OnvifCameras(SystemClock()) as door:
        keepers = []
        for number in range(plan.count):
            camera = camera_at(FIRST, number)
            link = door.link(approval_of(camera), Credentials(USERNAME, Secret(PASSWORD)))
            keeping = keep_onboard(
                camera,
                link,
                store=MemoryStore(),
                clock=SystemClock(),
                report=seen.report,
                renewed=asyncio.Event().wait,
            )
            keepers.append(asyncio.create_task(keeping))
        with suppress(TimeoutError):
            await asyncio.wait_for(seen.complete.wait(), _PATIENCE_S)
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
    return seen


def _plain(passport: Passport, camera: FleetCamera) -> Passport:
    """Return a passport without what differs from one usual camera to the next."""
    here = f"{camera.unit.host}:"
    return replace(
        passport,
        camera=CameraId("any"),
        serial="",
        clock_offset_s=0.0,
        streams=tuple(
            replace(each, uri=each.uri.replace(here, "HOST:")) for each in passport.streams
        ),
        snapshot=passport.snapshot.replace(here, "HOST:"),
        auxiliary=tuple(sorted(passport.auxiliary or ())),
    )


def _right(
    worn: type[Quirk], state: LinkState | None, found: Passport | None, usual: Passport
) -> bool:
    """Say whether a camera with this quirk is where it should be, and known as what it is."""
    if worn in NOT_ABOARD:
        return state is LinkState.REFUSED and found is None
    if state is not LinkState.ONLINE or found is None:
        return False
    expected = replace(usual, **OTHERWISE.get(worn, {}))  # type: ignore[arg-type]
    if not expected.has_ptz:
        expected = replace(expected, auxiliary=found.auxiliary)
    if worn in CHECKED_APART:
        expected = replace(expected, presets=found.presets, moves=found.moves)
    return found == expected
