"""Level state: what is true now, told when it changes, at most five times a second.

Each tick replaces the snapshot before it; a slow broker sees fewer of them, never older ones. At
every new connection all of it is told again, since a broker may come back knowing nothing, or
still holding our will. Judgements are records, not state: each is told once and kept for
``orchestrator explain``.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from orchestrator import __version__
from orchestrator.domain.camera import Aim
from orchestrator.domain.glass import Lift
from orchestrator.domain.ids import CameraId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision, Intent, Judgement, Trim
from orchestrator.domain.moving import Rungs
from orchestrator.domain.site import Site
from orchestrator.domain.target import Pictured, Target
from orchestrator.domain.tracks import Tracks
from orchestrator.domain.world import CameraState, World
from orchestrator.errors import BusError, Finding, StoreError
from orchestrator.ports import Bus, Clock, Explanation, Message, Store
from orchestrator.runtime.channels import Latest, Outbox
from orchestrator.tell.losses import Losses, Report, logged
from orchestrator.tell.payloads import (
    AimPart,
    CameraStatePayload,
    CandidatePart,
    DecisionPayload,
    DoubtPart,
    FlawPart,
    FollowingPart,
    IdentitiesPayload,
    LadderPart,
    LiftPart,
    OwnerPart,
    Payload,
    PicturedPart,
    PrivacyPayload,
    ServiceStatus,
    TargetPart,
    TargetsPayload,
    TrimPart,
)
from orchestrator.tell.records import document_of
from orchestrator.tell.rules import rules_part
from orchestrator.tell.topics import Topics
from orchestrator.track import displaced_m

log = structlog.get_logger()

PERIOD_S = 0.2
IDLE_S = 1.0
JUDGEMENTS = 1000
BATCH = 64


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One tick, and the moment it was taken, which dates everything in it."""

    world: World
    intents: tuple[Intent, ...]
    now: Instant

    def wall(self, at_s: float) -> datetime:
        """Return a moment of the site clock as a time of day."""
        return self.now.wall + timedelta(seconds=at_s - self.now.mono_s)


class State:
    """Tells levels and judgements; ``tick`` hands them over without waiting."""

    def __init__(
        self, site: Site, *, store: Store, bus: Bus, clock: Clock, report: Report = logged
    ) -> None:
        """Keep the doors; nothing is told before ``run``. ``report`` hears of what was lost."""
        self._site = site
        self._topics = Topics(site.name)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._newest: Latest[Snapshot] = Latest()
        self._judgements: Outbox[DecisionPayload] = Outbox(JUDGEMENTS)
        self._said: dict[str, object] = {}
        self._connection = 0
        self._rules = site.short_fingerprint
        self._since = clock.now().wall
        self._refused: tuple[Finding, ...] = site.findings
        self._status_due = True
        self.lost = Losses(f"judgements are lost: {JUDGEMENTS} wait to be kept", report)
        self._unkept = Losses("judgements could not be kept, `explain` will miss them", report)

    def adopt(self, site: Site) -> None:
        """Tell of this site from now on, and in the status that its rules are in force."""
        if site.fingerprint != self._site.fingerprint:
            self._since = self._clock.now().wall
        self._site = site
        self._rules = site.short_fingerprint
        self._tell_status(())

    def refused(self, findings: Sequence[Finding]) -> None:
        """Tell in the status why what is written is not in force."""
        self._tell_status(tuple(findings))

    def _tell_status(self, refused: tuple[Finding, ...]) -> None:
        self._refused = refused
        self._status_due = True
        if (last := self._newest.peek()) is not None:
            self._newest.put(last)

    def tick(self, world: World, decision: Decision) -> None:
        """Replace the snapshot, and take the judgements in."""
        snapshot = Snapshot(world, decision.intents, self._clock.now())
        self._newest.put(snapshot)
        for judgement in decision.judgements:
            at = snapshot.wall(judgement.at_s)
            if not self._judgements.offer(decision_payload(judgement, at, self._rules)):
                self.lost.add(snapshot.now.mono_s)
        self.lost.look(snapshot.now.mono_s)
        self._unkept.look(snapshot.now.mono_s)

    async def run(self) -> None:
        """Tell until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell_levels())
            tasks.create_task(self._tell_judgements())

    async def _tell_levels(self) -> None:
        while True:
            await self._bus.connected()
            try:
                await self._greet()
                snapshot = await self._newest.take_within(self._clock.sleep(IDLE_S))
                if snapshot is not None:
                    await self._tell(snapshot)
            except BusError as error:
                log.debug("state waits for the broker", why=str(error))
            await self._clock.sleep(PERIOD_S)

    async def _greet(self) -> None:
        """Say that we are there, once for each connection; then everything is news again.

        Other rules are said at once too, and are no news of anything else.
        """
        connection = self._bus.connections
        if connection == self._connection and not self._status_due:
            return
        self._status_due = False
        try:
            await self._bus.publish(Message(self._topics.status, self._status(), retain=True))
        except BusError:
            self._status_due = True
            raise
        if connection == self._connection:
            return
        self._connection = connection
        self._said.clear()
        if (last := self._newest.peek()) is not None:
            self._newest.put(last)

    def _status(self) -> bytes:
        return ServiceStatus(
            state="online",
            service=__version__,
            site=self._site.name,
            at=self._clock.now().wall,
            rules=rules_part(self._site, self._since, self._refused),
        ).encoded()

    async def _tell(self, snapshot: Snapshot) -> None:
        owners = {intent.camera: intent for intent in snapshot.intents}
        for camera in self._site.cameras:
            state = snapshot.world.cameras.get(camera.id, CameraState())
            payload = camera_payload(camera.id, state, owners.get(camera.id), snapshot)
            await self._tell_change(self._topics.camera_state(camera.id), payload)
        await self._tell_privacy(snapshot)
        await self._tell_targets(snapshot)
        await self._tell_identities(snapshot)

    async def _tell_change(self, topic: str, payload: CameraStatePayload) -> None:
        state = (payload.link, payload.reason, payload.moving, payload.aim)
        wrong = (tuple(flaw.what for flaw in payload.flaws), payload.floor_off_m)
        done = (payload.owner, payload.following, payload.trim, payload.ladder)
        news = (*state, *done, payload.paused_by, wrong)
        if self._said.get(topic) != news:
            await self._bus.publish(Message(topic, payload.encoded(), retain=True))
            self._said[topic] = news

    async def _tell_privacy(self, snapshot: Snapshot) -> None:
        """Tell which privacy rules are lifted, also when none is: a run before may have had one."""
        lifts = tuple(snapshot.world.desk.lifts.values())
        if self._said.get(self._topics.privacy) != lifts:
            payload = privacy_payload(lifts, snapshot)
            await self._bus.publish(Message(self._topics.privacy, payload.encoded(), retain=True))
            self._said[self._topics.privacy] = lifts

    async def _tell_targets(self, snapshot: Snapshot) -> None:
        """Tell everybody who is tracked; once more when nobody is left."""
        targets = snapshot.world.targets
        if not targets and not self._said.get(self._topics.targets, True):
            return
        await self._bus.publish(
            Message(self._topics.targets, targets_payload(targets, snapshot).encoded(), qos=0)
        )
        self._said[self._topics.targets] = bool(targets)

    async def _tell_identities(self, snapshot: Snapshot) -> None:
        """Tell who is in pictures and who may be whom; once more when there is nothing left."""
        world = snapshot.world
        something = bool(world.pictured or world.doubts)
        if not something and not self._said.get(self._topics.identities, False):
            return
        payload = identities_payload(world, snapshot)
        await self._bus.publish(Message(self._topics.identities, payload.encoded(), qos=0))
        self._said[self._topics.identities] = something

    async def _tell_judgements(self) -> None:
        while True:
            payloads = await self._judgements.take(BATCH)
            try:
                await self._store.explain(
                    [
                        Explanation(one.at.isoformat(), CameraId(one.camera), one.document)
                        for one in payloads
                    ]
                )
            except StoreError as error:
                self._unkept.add(self._clock.now().mono_s, len(payloads), str(error))
            for payload in payloads:
                await self._tell_once(self._topics.decision(CameraId(payload.camera)), payload)

    async def _tell_once(self, topic: str, payload: Payload) -> None:
        """Tell a record if the broker is there; it is kept for ``explain`` in any case."""
        try:
            await self._bus.publish(Message(topic, payload.encoded()))
        except BusError as error:
            log.debug("a judgement was not told", topic=topic, why=str(error))


def farewell(site: Site) -> Message:
    """Return the will of the service: what the broker says of it when it vanishes or leaves."""
    offline = ServiceStatus(state="offline", service=__version__, site=site.name)
    return Message(Topics(site.name).status, offline.encoded(), retain=True)


def camera_payload(
    camera: CameraId, state: CameraState, owner: Intent | None, snapshot: Snapshot
) -> CameraStatePayload:
    """Return a camera's state as it is told."""
    halted = snapshot.world.desk.halted.get(camera)
    return CameraStatePayload(
        camera=camera,
        at=snapshot.now.wall,
        link=state.link.value,
        reason=state.reason,
        moving=state.moving,
        aim=None if state.aim is None else _aim(state.aim),
        owner=None if owner is None else _owner(owner, snapshot),
        following=_following(owner, state),
        trim=tuple(
            TrimPart(
                setting.what,
                setting.words,
                setting.reason.policy,
                snapshot.wall(setting.until_s).replace(microsecond=0),
            )
            for setting in snapshot.world.desk.trims.get(camera, Trim(camera)).settings
        ),
        ladder=_ladder(state.rungs),
        paused_by=None if halted is None else halted.actor,
        flaws=tuple(
            FlawPart(flaw.value, count)
            for (of, flaw), count in snapshot.world.intake.flaws.items()
            if of == camera
        ),
        floor_off_m=_floor_off_m(snapshot.world.tracks, camera),
    )


def _floor_off_m(tracks: Tracks, camera: CameraId) -> float | None:
    """Return how far a camera's floor is off, in halves of a metre: people's ways are no rulers."""
    if camera not in tracks.cameras:
        return None
    off_m = displaced_m(tracks.alignments[tracks.cameras.index(camera)])
    return None if off_m is None else round(2.0 * off_m) / 2.0


def _ladder(rungs: Rungs) -> LadderPart | None:
    if not rungs.move:
        return None
    return LadderPart(rungs.move, rungs.idle, rungs.stop, rungs.because, rungs.moves_last_hour)


def privacy_payload(lifts: Sequence[Lift], snapshot: Snapshot) -> PrivacyPayload:
    """Return the lifted privacy rules as they are told."""
    parts = [
        LiftPart(
            rule=lift.rule,
            by=lift.actor,
            reason=lift.reason,
            since=snapshot.wall(lift.since_s),
            until=snapshot.wall(lift.until_s),
        )
        for lift in lifts
    ]
    return PrivacyPayload(at=snapshot.now.wall, lifted=tuple(parts))


def targets_payload(targets: tuple[Target, ...], snapshot: Snapshot) -> TargetsPayload:
    """Return everybody who is tracked as they are told."""
    return TargetsPayload(at=snapshot.now.wall, targets=tuple(_target(one) for one in targets))


def identities_payload(world: World, snapshot: Snapshot) -> IdentitiesPayload:
    """Return who is in pictures, and who may be whom, as they are told."""
    return IdentitiesPayload(
        at=snapshot.now.wall,
        pictured=tuple(_pictured(one) for one in world.pictured),
        doubts=tuple(
            DoubtPart(
                one.target,
                tuple(CandidatePart(other, round(share, 2)) for other, share in one.may_be),
            )
            for one in world.doubts
        ),
    )


def _pictured(one: Pictured) -> PicturedPart:
    left, top, right, bottom = one.box
    box = round(left, 3), round(top, 3), round(right, 3), round(bottom, 3)
    return PicturedPart(one.id, one.kind.name.lower(), one.camera, box)


def decision_payload(judgement: Judgement, at: datetime, rules: str) -> DecisionPayload:
    """Return a judgement as it is told and kept; ``rules`` names the set in force then."""
    document = document_of(judgement, at, rules)
    return DecisionPayload(camera=judgement.camera, at=at, document=document)


def _aim(aim: Aim) -> AimPart:
    """Return an aim in tenths of a degree: what a head's noise changes is no news."""
    return AimPart(round(aim.azimuth_deg, 1), round(aim.tilt_deg, 1), round(aim.hfov_deg, 1))


def _following(owner: Intent | None, state: CameraState) -> FollowingPart | None:
    """Return whom a head follows now, in tenths of half a picture: a step of somebody is no news."""
    pursuit = state.pursuit
    if owner is None or pursuit is None or pursuit.intent != owner.id:
        return None
    if owner.pursues != pursuit.target:
        return None
    return FollowingPart(pursuit.target, pursuit.grip.value, round(min(pursuit.off, 9.0), 1))


def _owner(intent: Intent, snapshot: Snapshot) -> OwnerPart:
    until = snapshot.wall(intent.until_s)
    return OwnerPart(
        band=intent.band.name.lower(),
        policy=intent.reason.policy,
        actor=intent.reason.actor,
        because=intent.reason.because,
        preset=intent.preset,
        targets=intent.targets,
        # To the second: a lease that is held on moves its end a little at every tick.
        lease_until=until.replace(microsecond=0),
    )


def _target(target: Target) -> TargetPart:
    return TargetPart(
        id=target.id,
        kind=target.kind.name.lower(),
        x_m=round(target.position_m[0], 2),
        y_m=round(target.position_m[1], 2),
        vx_mps=round(target.velocity_mps[0], 2),
        vy_mps=round(target.velocity_mps[1], 2),
        sigma_m=round(target.sigma_m, 2),
        confidence=round(target.confidence, 2),
        cameras=tuple(camera for camera, _ in target.seen_by),
    )
