"""What one tick passes from hand to hand: the moment, the site, and what was said so far.

``Tick`` is the only thing in this room that changes: the desk goes through it step by step, numbers
are given out and facts are collected in the order in which they are decided. It lives for one call
of ``decided`` and is not kept.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CommandId, IntentId, NoticeId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Answer, Fact, Notice, Refused, Step
from orchestrator.domain.policy import Policy
from orchestrator.domain.site import Site
from orchestrator.domain.world import World

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
        self.idle: list[Refused] = []
        self.began = False
        """Whether a policy started in this tick: then it is told who could not serve it."""
        self.desk: Desk = world.desk
        self._run = world.desk.run

    def note_idle(self, policy: Policy, reason: str) -> None:
        """Note why a policy did not start, for whoever asks."""
        if len(self.idle) < IDLE_MAX:
            said = f"did not start: {reason}"
            self.idle.append(Refused(policy.name, policy.band, said, idle=True))

    def clock(self, at_s: float) -> str:
        """Return a moment of the site clock as local time, to tenths of a second."""
        local = self.local + timedelta(seconds=at_s - self.now_s)
        return f"{local:%H:%M:%S}.{local.microsecond // 100_000}"

    def intent_id(self) -> IntentId:
        """Return a name for a new grant."""
        self.serial += 1
        return IntentId(f"{self._run}-i{self.serial}")

    def tell(self, fact: Fact) -> None:
        """Say a fact that may not be lost."""
        self.serial += 1
        self.notices.append(Notice(NoticeId(f"{self._run}-n{self.serial}"), self.now_s, fact))

    def answer(self, command: CommandId, step: Step, code: str = "", say: str = "") -> None:
        """Answer an operator."""
        self.tell(Answer(command, step, code, say))
