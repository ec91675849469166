"""One simulated head under the service: its grants, and what became of them."""

import asyncio
from contextlib import suppress
from itertools import count
from typing import Generic, TypeVar

from orchestrator.domain.camera import Aim, Passport
from orchestrator.domain.ids import IntentId, PolicyName, PresetName
from orchestrator.domain.intent import Band, Intent, Reason
from orchestrator.domain.sighting import MoveEnd, MoveSeen, Observation
from orchestrator.geometry.ptz import aim_of
from orchestrator.ports import Clock
from orchestrator.runtime.channels import Latest
from orchestrator.steer import Granted, HeadTimeline, steered
from tests.fakes.clock import VirtualClock
from tests.fakes.quirky_site import DOME, Kind, QuirkySite

OVER = (MoveEnd.ARRIVED, MoveEnd.ARRIVED_UNCONFIRMED, MoveEnd.FAILED)

C = TypeVar("C", bound=Clock)
_numbers = count(1)


class Post(Generic[C]):
    """One head under the service, its grants, and what was reported."""

    def __init__(self, site: QuirkySite[C], passport: Passport) -> None:
        self.site = site
        self.grants: Latest[Granted] = Latest()
        self.reports: list[Observation] = []
        poses = {each.name: each.pose for each in passport.presets}
        goals: dict[PresetName, Aim] = {
            name: aim_of(DOME, pose) for name, pose in poses.items() if pose is not None
        }
        self.task = asyncio.create_task(
            steered(
                DOME,
                site.link,
                grants=self.grants,
                goal_of=goals.get,
                moves=passport.moves,
                timeline=HeadTimeline(),
                report=self.reports.append,
                clock=site.clock,
            )
        )

    def ends(self) -> list[MoveSeen]:
        """Return the verdicts so far."""
        return [one for one in self.reports if isinstance(one, MoveSeen) and one.end in OVER]

    async def leave(self) -> None:
        """End the service of this head."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


async def posted(kind: Kind) -> Post[VirtualClock]:
    """Return a head of a kind under the service, in virtual time."""
    site = QuirkySite(kind, VirtualClock())
    interview = asyncio.create_task(site.link.interview())
    await site.clock.advance_until(interview.done, within_s=60.0)
    return Post(site, await interview)


def granted(preset: str) -> Granted:
    """Return a new grant of a preset."""
    reason = Reason(PolicyName("tour"), None, "because")
    intent = IntentId(f"i{next(_numbers)}")
    return Granted(Intent(intent, DOME.id, PresetName(preset), Band.PATROL, (), reason, 0.0, 1e9))
