"""The voice of the service: one tick in, everything said on the broker, commands back."""

import asyncio
from collections.abc import Sequence

from orchestrator.domain.intent import Decision
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.errors import Finding
from orchestrator.ports import Bus, Clock, Store
from orchestrator.tell.addresses import Addresses
from orchestrator.tell.commands import Commands, Deliver
from orchestrator.tell.losses import Report, logged
from orchestrator.tell.metrics import Metrics
from orchestrator.tell.notices import Notices
from orchestrator.tell.shadows import Shadows
from orchestrator.tell.state import State
from orchestrator.tell.topics import Topics


class Tell:
    """Everything that is told and asked over one bus, which it also keeps running."""

    def __init__(
        self,
        site: Site,
        *,
        bus: Bus,
        store: Store,
        clock: Clock,
        deliver: Deliver,
        fresh: Clock | None = None,
        report: Report = logged,
    ) -> None:
        """Compose; nothing is contacted yet.

        ``deliver`` takes an authorised command and returns False when there is no room for it.
        ``fresh`` judges the age of commands where ``clock`` shows a made-up day. ``report`` hears of
        what was lost or could not be kept, in a sentence.
        """
        addresses = Addresses(Topics(site.name))
        self._bus = bus
        self.notices = Notices(
            site, store=store, bus=bus, clock=clock, addresses=addresses, report=report
        )
        self.commands = Commands(
            site,
            store=store,
            bus=bus,
            clock=clock,
            deliver=deliver,
            notify=self.notices.offer,
            addresses=addresses,
            fresh=fresh,
        )
        self.state = State(site, store=store, bus=bus, clock=clock, report=report)
        self.metrics = Metrics(site, bus=bus, clock=fresh or clock)
        self.shadows = Shadows(site, store=store, bus=bus, clock=clock, report=report)

    def tick(self, world: World, decision: Decision) -> None:
        """Take one tick's knowledge and decision; never waits."""
        for notice in decision.notices:
            self.notices.offer(notice)
        self.state.tick(world, decision)
        self.shadows.tick(decision)

    def adopt(self, site: Site) -> None:
        """Speak of this site, and judge commands by it, from now on."""
        self.notices.adopt(site.policies)
        self.commands.adopt(site)
        self.state.adopt(site)

    def refused(self, findings: Sequence[Finding]) -> None:
        """Tell in the status why what is written is not in force."""
        self.state.refused(findings)

    async def run(self) -> None:
        """Keep the bus, tell and listen until cancelled; what is not told by then is kept."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._bus.run())
            tasks.create_task(self.notices.run())
            tasks.create_task(self.commands.run())
            tasks.create_task(self.state.run())
            tasks.create_task(self.shadows.run())
            tasks.create_task(self.metrics.run())
