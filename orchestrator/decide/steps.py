"""What one tick passes from hand to hand: the moment, the site, and what was said so far.

``Tick`` is the only thing in this room that changes: the desk goes through it step by step, numbers
are given out and facts are collected in the order in which they are decided. It lives for one call
of ``decided`` and is not kept.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from operator import attrgetter
from zoneinfo import ZoneInfo

from orchestrator.domain.cause import CaseKey
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CommandId, IntentId, NoticeId, TargetId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Answer, Fact, Notice, Refused, Step
from orchestrator.domain.site import Site
from orchestrator.domain.target import Target
from orchestrator.domain.world import World

_ID: Callable[[Target], TargetId] = attrgetter("id")
IDLE_MAX = 8
"""Of more policies than this nobody hears why they did not start."""


class Tick:
    """One tick of deciding: its inputs, the numbers it gave out, and the facts it collected."""

    def __init__(self, site: Site, world: World, now: Instant) -> None:
        """Begin where the desk's counter stands."""
        self.site = site
        self.world = world
        self.now = now
        self.now_s = now.mono_s
        self.local: datetime = now.wall.astimezone(ZoneInfo(site.timezone))
        self.serial = world.desk.serial
        self.notices: list[Notice] = []
        self.due_s: dict[TargetId, float] = {}
        """When a policy may begin to hold for somebody just because time has passed."""
        self.began = False
        """Whether a policy started in this tick: then it is told who could not serve it."""
        self.desk: Desk = world.desk
        self.alarms = dict(world.desk.alarms)
        self.quiet: Mapping[CaseKey, float] = {}
        """Until when a cause may not start a policy again, as far as this tick knows."""
        self._run = world.desk.run
        self._idle: tuple[Refused, ...] | None = None
        self._idleness: Callable[[], Iterator[Refused]] = lambda: iter(())

    def wake(self, target: TargetId, at_s: float) -> None:
        """Have somebody judged again at a moment, even if nothing else changes until then."""
        if at_s < self.due_s.get(target, math.inf):
            self.due_s[target] = at_s

    @cached_property
    def targets(self) -> Mapping[TargetId, Target]:
        """Return whom the world knows, by name."""
        targets = self.world.targets
        return dict(zip(map(_ID, targets), targets, strict=True))

    @property
    def idle(self) -> tuple[Refused, ...]:
        """Return why policies did not start; found out when somebody asks, once."""
        if self._idle is None:
            self._idle = tuple(islice(self._idleness(), IDLE_MAX))
        return self._idle

    def explain_idle(self, idleness: Callable[[], Iterator[Refused]]) -> None:
        """Tell how it is found out why policies did not start."""
        self._idleness = idleness

    def clock(self, at_s: float) -> str:
        """Return a moment of the site clock as local time, to tenths of a second."""
        local = self.local + timedelta(seconds=at_s - self.now_s)
        return f"{local:%H:%M:%S}.{local.microsecond // 100_000}"

    def intent_id(self) -> IntentId:
        """Return a name for a new grant."""
        self.serial += 1
        return IntentId(f"{self._run}-i{self.serial}")

    def tell(self, fact: Fact) -> NoticeId:
        """Say a fact that may not be lost; return its name."""
        self.serial += 1
        name = NoticeId(f"{self._run}-n{self.serial}")
        self.notices.append(Notice(name, self.now_s, fact))
        return name

    def answer(self, command: CommandId, step: Step, code: str = "", say: str = "") -> None:
        """Answer an operator."""
        self.tell(Answer(command, step, code, say))
