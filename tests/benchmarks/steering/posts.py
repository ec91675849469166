"""One simulated head under the service: its grants, and what became of them."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Generic, TypeVar

from orchestrator.domain.camera import Passport
from orchestrator.domain.ids import IntentId, PolicyName, PresetName
from orchestrator.domain.intent import Band, Intent, Reason
from orchestrator.domain.sighting import MoveEnd, MoveSeen, Observation
from orchestrator.ports import Clock
from orchestrator.runtime.channels import Latest
from orchestrator.steer import Granted, HeadTimeline, Witnesses, steered
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
        self.witnesses = Witnesses()
        self.task = asyncio.create_task(
            steered(
                DOME,
                site.link,
                grants=self.grants,
                passport=lambda: passport,
                timeline=HeadTimeline(),
                witnesses=self.witnesses,
                report=self.reports.append,
                clock=site.clock,
            )
        )

    def ends(self) -> list[MoveSeen]:
        """Return the verdicts so far."""
        return ends_in(self.reports)

    async def leave(self) -> None:
        """End the service of this head."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


def ends_in(reports: Sequence[Observation]) -> list[MoveSeen]:
    """Return the verdicts among these reports."""
    return [one for one in reports if isinstance(one, MoveSeen) and one.end in OVER]


async def posted(kind: Kind, *, timeout_proven: bool = False) -> Post[VirtualClock]:
    """Return a head of a kind under the service, in virtual time."""
    site = QuirkySite(kind, VirtualClock())
    interview = asyncio.create_task(site.link.interview())
    await site.clock.advance_until(interview.done, within_s=60.0)
    passport = await interview
    assert passport.moves is not None
    moves = replace(passport.moves, timeout_proven=timeout_proven)
    return Post(site, replace(passport, moves=moves))


def granted(preset: str) -> Granted:
    """Return a new grant of a preset."""
    reason = Reason(PolicyName("tour"), None, "because")
    intent = IntentId(f"i{next(_numbers)}")
    return Granted(Intent(intent, DOME.id, PresetName(preset), Band.PATROL, (), reason, 0.0, 1e9))
