"""A service of heads in a process of its own, to be killed: it steers them until somebody does.

``python -m tests.benchmarks.steering.crew PORT[!]...`` steers the heads at these ports, each to a
preset and then to another place; ``!`` marks one whose passport proves that its continuous moves
end. It prints ``acquainted`` once every first move has ended, and ``moving`` when it has sent them
all out again.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from orchestrator.adapters.onvif.link import OnvifLink
from orchestrator.adapters.onvif.transport import Transport
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import Aim, Passport
from orchestrator.domain.sighting import Observation
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from orchestrator.runtime.channels import Latest
from orchestrator.steer import Granted, HeadTimeline, Witnesses, steered
from tests.benchmarks.steering.farm import HOST
from tests.benchmarks.steering.posts import ends_in, granted
from tests.fakes.quirky_site import DOME

AWAY = Aim(250.0, -35.0, 30.0)
"""Far from where the first move leads, and no preset: a second and a half of turning."""


class Hand:
    """One head of the crew."""

    def __init__(self, link: CameraLink, passport: Passport, clock: SystemClock) -> None:
        self.grants: Latest[Granted] = Latest()
        self.ended = asyncio.Event()
        """Set by the first verdict."""
        self.task = asyncio.create_task(
            steered(
                DOME,
                link,
                grants=self.grants,
                passport=lambda: passport,
                timeline=HeadTimeline(),
                witnesses=Witnesses(),
                report=self._hear,
                clock=clock,
            )
        )

    def _hear(self, report: Observation) -> None:
        if ends_in([report]):
            self.ended.set()


def _utc() -> datetime:
    return datetime.now(UTC)


async def hand(transport: Transport, port: int, clock: SystemClock, *, proven: bool) -> Hand:
    """Take one head on board."""
    approval = Approval(DOME.id, HOST, port, "/onvif/device_service", "", None, "benchmark")
    login = Credentials("anna", Secret("right"))
    link = OnvifLink(approval, login, transport=transport, clock=clock, utc=_utc)
    passport = await link.interview()
    assert passport.moves is not None
    moves = replace(passport.moves, timeout_proven=proven)
    return Hand(link, replace(passport, moves=moves), clock)


async def steer_all(marked: Sequence[str]) -> None:
    """Steer them until killed."""
    clock = SystemClock()
    transport = Transport()
    hands = [
        await hand(transport, int(each.strip("!")), clock, proven=each.endswith("!"))
        for each in marked
    ]
    for each in hands:
        each.grants.put(granted("gate"))
    await asyncio.gather(*(each.ended.wait() for each in hands))
    _say("acquainted")
    for each in hands:
        away = granted("gate").intent
        assert away is not None
        each.grants.put(Granted(replace(away, aim=AWAY)))
    _say("moving")
    await asyncio.Event().wait()


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(steer_all(sys.argv[1:]))
