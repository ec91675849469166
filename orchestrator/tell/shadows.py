"""What policies in shadow would have done: told once, and kept for ``explain`` with its camera.

They have room of their own, so that a busy shadow costs no judgement its place.
"""

from datetime import datetime, timedelta

import structlog

from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision, Shadowed
from orchestrator.domain.site import Site
from orchestrator.errors import BusError, StoreError
from orchestrator.ports import Bus, Clock, Explanation, Message, Store
from orchestrator.runtime.channels import Outbox
from orchestrator.tell.losses import Losses, Report, logged
from orchestrator.tell.payloads import ShadowPayload
from orchestrator.tell.records import document_of_shadow
from orchestrator.tell.topics import Topics

log = structlog.get_logger()

ROOM = 1000
BATCH = 64


class Shadows:
    """Tells what would have been done; ``tick`` hands it over without waiting."""

    def __init__(
        self, site: Site, *, store: Store, bus: Bus, clock: Clock, report: Report = logged
    ) -> None:
        """Keep the doors; nothing is told before ``run``. ``report`` hears of what was lost."""
        self._topics = Topics(site.name)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._waiting: Outbox[tuple[Shadowed, datetime]] = Outbox(ROOM)
        self.lost = Losses(f"words of policies in shadow are lost: {ROOM} wait", report)
        self._unkept = Losses("words of policies in shadow could not be kept", report)

    def tick(self, decision: Decision) -> None:
        """Take in what a tick's policies in shadow would have done."""
        now = self._clock.now()
        for shadowed in decision.shadows:
            if not self._waiting.offer((shadowed, _wall(shadowed.at_s, now))):
                self.lost.add(now.mono_s)
        self.lost.look(now.mono_s)
        self._unkept.look(now.mono_s)

    async def run(self) -> None:
        """Keep and tell until cancelled."""
        while True:
            batch = await self._waiting.take(BATCH)
            await self._keep(batch)
            for shadowed, at in batch:
                topic = self._topics.shadow(shadowed.policy)
                try:
                    await self._bus.publish(Message(topic, shadow_payload(shadowed, at).encoded()))
                except BusError as error:
                    log.debug("a shadow was not told", topic=topic, why=str(error))

    async def _keep(self, batch: list[tuple[Shadowed, datetime]]) -> None:
        kept = [
            Explanation(at.isoformat(), shadowed.camera, document_of_shadow(shadowed, at))
            for shadowed, at in batch
            if shadowed.camera is not None
        ]
        try:
            await self._store.explain(kept)
        except StoreError as error:
            self._unkept.add(self._clock.now().mono_s, len(kept), str(error))


def shadow_payload(shadowed: Shadowed, at: datetime) -> ShadowPayload:
    """Return what a policy in shadow would have done as it is told."""
    return ShadowPayload(
        at=at,
        policy=shadowed.policy,
        what=shadowed.what,
        say=shadowed.say,
        about=shadowed.about,
        camera=shadowed.camera,
        preset=shadowed.preset,
        holder=shadowed.holder,
        source=shadowed.source,
    )


def _wall(at_s: float, now: Instant) -> datetime:
    return now.wall + timedelta(seconds=at_s - now.mono_s)
