"""The one writer: observations in, one tick of thinking, decisions out to where they act.

Runs once per batch of 100 ms, or sooner for something urgent, at most 20 times a second. It
never waits for anybody: what acts on a decision takes it from a channel.
"""

from collections.abc import Callable
from time import perf_counter

from orchestrator.domain.desk import Desk
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import Detections, HeadSeen, Observation, PursuitSeen
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.ports import Clock
from orchestrator.runtime.channels import Latest, Outbox
from orchestrator.runtime.durations import Durations
from orchestrator.tell.losses import Losses, Report, logged
from orchestrator.think import think

BATCH_S = 0.1
URGENT_S = 0.05
IDLE_S = 1.0
"""With nothing to take in, leases and calendars are still looked at this often."""
INBOX = 4096

Act = Callable[[Instant, tuple[Observation, ...], World, Decision], None]


class Mind:
    """Holds the site and the world, and is the only one who changes them."""

    def __init__(
        self, site: Site, *, run: str, clock: Clock, act: Act, report: Report = logged
    ) -> None:
        """Start with an empty world; ``run`` makes this run's ids unique for ever.

        ``report`` hears of failures, in a sentence.
        """
        self.site = site
        self._before = site
        self.world = World(desk=Desk(run=run))
        self.lost = Losses(f"observations are lost: {INBOX} wait to be thought about", report)
        self._clock = clock
        self._act = act
        self._inbox: Outbox[Observation] = Outbox(INBOX)
        self.ticks = Durations()
        self._stirred: Latest[bool] = Latest()
        self._urgent: Latest[bool] = Latest()

    def tell(self, observation: Observation) -> bool:
        """Take in an observation; one that cannot wait brings the next tick forward.

        False when there is no room: the observation is lost, counted and reported; a command is answered
        ``busy`` by whoever brought it.
        """
        if not self._inbox.offer(observation):
            self.lost.add(self._clock.now().mono_s)
            return False
        self._stirred.put(True)
        if not isinstance(observation, Detections | HeadSeen | PursuitSeen):
            self._urgent.put(True)
        return True

    @property
    def waiting(self) -> int:
        """Return how many observations wait to be thought about."""
        return len(self._inbox)

    def wake(self) -> None:
        """Tick soon: a calendar has turned a page, or something is to be said."""
        self._stirred.put(True)
        self._urgent.put(True)

    def adopt(self, site: Site) -> None:
        """Swap the site, whole: the next tick thinks with it from its first step on."""
        self.site = site
        self.wake()

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            began_s = perf_counter()
            self._tick()
            self.ticks.add(perf_counter() - began_s)
            await self._clock.sleep(URGENT_S)
            await self._urgent.take_within(self._clock.sleep(BATCH_S - URGENT_S))
            await self._stirred.take_within(self._clock.sleep(IDLE_S))

    def _tick(self) -> None:
        now = self._clock.now()
        self.lost.look(now.mono_s)
        seen = tuple(self._inbox.drain(INBOX))
        world, decision = think(self.site, self.world, seen, now, before=self._before)
        self._before = self.site
        self.world = world
        self._act(now, seen, world, decision)
