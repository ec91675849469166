"""One site, running: every camera's tree, one mind, one telling; wired by channels only."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

import structlog

from orchestrator import __version__
from orchestrator.app.camera_tree import Access, CameraTree
from orchestrator.app.legacy import Legacy
from orchestrator.app.login import Login
from orchestrator.app.metering import Meter
from orchestrator.app.mind import Mind
from orchestrator.app.reloading import Reloading, Turn
from orchestrator.decide.turns import coming
from orchestrator.discover import News, looked_out
from orchestrator.domain.camera import Camera, Passport
from orchestrator.domain.figures import Usage
from orchestrator.domain.ids import CameraId, NoticeId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intake import USED, Flaw
from orchestrator.domain.intent import Decision, Fact, Intent, Notice
from orchestrator.domain.sighting import (
    Command,
    Inherited,
    Interviewed,
    LinkSeen,
    Observation,
    Reload,
    RetryVideo,
    TrimEnd,
    TrimSeen,
)
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.errors import AuthorError
from orchestrator.ports import (
    Approval,
    Bus,
    Cameras,
    Clock,
    Describer,
    Detector,
    Discovery,
    Frames,
    Journal,
    Scrapes,
    Secrets,
    SiteFiles,
    Store,
    Wakeups,
)
from orchestrator.replay.record import Recorder
from orchestrator.runtime.channels import Latest
from orchestrator.runtime.supervise import Crash, supervised
from orchestrator.steer import Quarry
from orchestrator.tell import Tell
from orchestrator.tell.exposition import exposition
from orchestrator.tell.journal import Journalist
from orchestrator.tell.losses import Losses, logged
from orchestrator.topology import built

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything the service reaches the outside through.

    ``detector`` is None when no model could be loaded: the cameras steer without seeing.
    ``fresh`` shows the true day where ``clock`` shows a made-up one: commands age by it.
    ``discovery`` is None where nobody is to be heard coming and going, ``describer`` where no model
    tells people apart. ``journal``, ``events`` and ``scrapes`` are None unless asked for.
    """

    cameras: Cameras
    frames: Frames
    detector: Detector | None
    bus: Bus
    store: Store
    secrets: Secrets
    clock: Clock
    fresh: Clock
    wakeups: Wakeups
    files: SiteFiles
    discovery: Discovery | None = None
    describer: Describer | None = None
    journal: Journal | None = None
    events: Journal | None = None
    usage: Callable[[], Usage] = Usage
    scrapes: Scrapes | None = None


class Service:
    """One site; ``run`` it until it is cancelled."""

    def __init__(
        self,
        site: Site,
        doors: Doors,
        *,
        approvals: Iterable[Approval],
        run: str,
        remembered: Iterable[Passport] = (),
        left: Inherited | None = None,
    ) -> None:
        """Compose; nothing is contacted yet. ``run`` makes this run's ids unique for ever.

        ``remembered`` is what cameras said before: the map has their presets while they are away;
        ``left`` is what the run before left.
        """
        self._doors = doors
        self._approvals = {approval.camera: approval for approval in approvals}
        self._passports = {passport.camera: passport for passport in remembered}
        self._refused = False
        self._to_say: list[Fact] = []
        self._unused: dict[tuple[CameraId, Flaw], Losses] = {}
        self._flaws_seen: Mapping[tuple[CameraId, Flaw], int] = {}
        self._survey: Latest[bool] = Latest()
        self._mind = Mind(site, run=run, clock=doors.clock, act=self._act, report=self._failed)
        self._tell = Tell(
            site,
            bus=doors.bus,
            store=doors.store,
            clock=doors.clock,
            deliver=self._deliver,
            fresh=doors.fresh,
            report=self._failed,
        )
        self._legacy = Legacy(doors.store, doors.clock, self._failed, left or Inherited())
        self._journalist = Journalist(site.policies)
        self._recorder = Recorder(run)
        self._reloading = Reloading(
            doors.files,
            running=lambda: self._mind.site,
            passports=self._passports,
            turn=self._turn,
            answer=self._say,
            clock=doors.clock,
        )
        self._trees = {camera.id: self._tree(camera) for camera in site.cameras}
        self._meter = Meter(
            self._mind, self._trees, frames=doors.frames, clock=doors.clock, usage=doors.usage
        )

    async def run(self) -> None:
        """Sense, think and act until cancelled."""
        now_s = self._doors.clock.now().mono_s
        site = self._mind.site
        self._write(
            {
                "kind": "start",
                "at_s": now_s,
                "version": __version__,
                "site": site.name,
                "fingerprint": site.fingerprint,
            }
        )
        _log_set(site)
        self._legacy.begin(site, self._mind.tell)
        self._survey.put(True)
        async with asyncio.TaskGroup() as tasks:
            for name, start in self._tasks():
                tasks.create_task(self._supervise(name, start), name=name)

    def _tasks(self) -> Iterable[tuple[str, Callable[[], Awaitable[None]]]]:
        """Yield every task by name; what tells starts before what is told about."""
        if self._doors.journal is not None:
            yield "journal", self._doors.journal.run
        if self._doors.events is not None:
            yield "events", self._doors.events.run
        yield "tell", self._tell.run
        yield "legacy", self._legacy.run
        yield "survey", self._keep_surveying
        yield "calendar", self._keep_calendar
        yield "mind", self._mind.run
        yield "reload", self._reloading.run
        yield "meter", partial(self._meter.run, self._tell.metrics.put)
        if self._doors.scrapes is not None:
            yield "scrapes", partial(self._doors.scrapes.serve, self._exposed)
        if self._doors.discovery is not None:
            yield "lookout", partial(self._keep_lookout, self._doors.discovery)
        for tree in self._trees.values():
            yield f"camera {tree.camera.id}", partial(self._keep_camera, tree)

    def _exposed(self) -> str:
        """Return the newest figures as Prometheus reads them."""
        return exposition(self._meter.figures)

    def _tree(self, camera: Camera) -> CameraTree:
        doors = self._doors
        return CameraTree(
            camera,
            frames=doors.frames,
            detector=doors.detector,
            describer=doors.describer,
            store=doors.store,
            clock=doors.clock,
            report=self._mind.tell,
            supervise=self._supervise,
        )

    async def _keep_camera(self, tree: CameraTree) -> None:
        """Run a camera's tree, and anew with every other login that its secret holds."""
        approval = self._approval(tree)
        if approval is None:
            return
        login = Login(self._doors.secrets, approval.credentials, self._doors.clock)
        while True:
            access = self._access(tree, approval, login)
            if access is not None:
                await tree.run(access, login.renewed)
            else:
                await login.renewed()
            log.info("the secret has changed", camera=tree.camera.id)

    def _approval(self, tree: CameraTree) -> Approval | None:
        """Return a person's word for this very origin; say so aloud where nobody gave it."""
        camera = tree.camera
        approval = self._approvals.get(camera.id)
        if approval is None or not approval.is_for(camera):
            over = " over TLS" if camera.tls else ""
            tree.refuse(
                f"{camera.id} at {camera.host}:{camera.port}{over} is not approved as written, so "
                f"no password is sent there: check it and run `orchestrator approve`"
            )
            return None
        return approval

    def _access(self, tree: CameraTree, approval: Approval, login: Login) -> Access | None:
        """Open a link with what the secret says now; say so aloud where it cannot be used."""
        try:
            credentials = login.use()
        except AuthorError as error:
            tree.refuse(str(error))
            return None
        return Access(approval, self._doors.cameras.link(approval, credentials), credentials)

    def _act(
        self, now: Instant, seen: tuple[Observation, ...], world: World, decision: Decision
    ) -> None:
        """Route one decision: nothing here waits."""
        grants = {intent.camera: intent for intent in decision.intents}
        trims = {trim.camera: trim for trim in decision.trims}
        for camera, tree in self._trees.items():
            grant = grants.get(camera)
            tree.grant(grant, None if grant is None else _quarry(grant, world))
            tree.trim(trims.get(camera))
        for attention in decision.attention:
            self._trees[attention.camera].attend(attention)
        if self._doors.events is not None:
            for line in self._recorder.tick(self._mind.site, seen, now, decision):
                self._doors.events.write(line)
        self._say_flaws(world, now.mono_s)
        decision = self._with_said(decision, now)
        self._tell.tick(world, decision)
        self._legacy.tick(world.desk, now)
        for line in self._journalist.tick(seen, world, decision):
            self._write(line)
        for observation in seen:
            self._note(observation)

    def _say_flaws(self, world: World, now_s: float) -> None:
        """Report what cameras sent that could not be used, each kind by itself and not too often."""
        if world.intake.flaws is self._flaws_seen:
            return
        self._flaws_seen = world.intake.flaws
        for (camera, flaw), count in world.intake.flaws.items():
            if flaw not in USED:
                what = f"camera `{camera}`: {flaw.value}, not used"
                losses = self._unused.setdefault((camera, flaw), Losses(what, logged))
                losses.add(now_s, count - losses.count)

    def _say(self, fact: Fact) -> None:
        """Tell a fact of the service itself with the next tick's own, which is soon."""
        self._to_say.append(fact)
        self._mind.wake()

    def _with_said(self, decision: Decision, now: Instant) -> Decision:
        """Return what a tick decided, after what the service itself has to say."""
        facts, self._to_say = self._to_say, []
        said = (Notice(NoticeId(uuid4().hex), now.mono_s, fact) for fact in facts)
        return replace(decision, notices=(*said, *decision.notices))

    def _note(self, observation: Observation) -> None:
        match observation:
            case Interviewed(camera=camera, passport=passport):
                self._passports[camera] = passport
                self._survey.put(True)
                log.info("onboarded", camera=camera, model=passport.model, serial=passport.serial)
            case Command(order=RetryVideo(camera=camera)) if camera in self._trees:
                self._trees[camera].retry_video()
            case LinkSeen(camera=camera, state=state, reason=reason):
                log.info("camera", camera=camera, link=state.value, reason=reason)
            case TrimSeen(camera=camera, what=what, end=TrimEnd.FAILED, reason=reason):
                log.warning("not set", camera=camera, what=", ".join(what), reason=reason)
            case TrimSeen(camera=camera, what=what, end=end):
                log.info("trim", camera=camera, what=", ".join(what), end=end.value)
            case _:
                return

    async def _keep_surveying(self) -> None:
        """Redraw the map when a camera has told its presets, off the loop: it takes a while."""
        while True:
            await self._survey.take()
            site = self._mind.site
            topology = await asyncio.to_thread(built, site, dict(self._passports))
            newest = self._mind.site
            if (newest.plan, newest.walls) == (site.plan, site.walls):
                self._mind.adopt(replace(newest, topology=topology))
            else:
                self._survey.put(True)

    async def _keep_lookout(self, discovery: Discovery) -> None:
        """Hear cameras come and go, and have those looked at of whom there are news."""
        try:
            await looked_out(
                discovery,
                self._approvals.values(),
                interfaces=self._mind.site.discovery or (),
                clock=self._doors.clock,
                away=lambda: any(tree.is_away for tree in self._trees.values()),
                tell=self._heard,
            )
        except AuthorError as error:
            log.warning("cameras are not heard coming and going", reason=str(error))

    def _heard(self, news: News) -> None:
        """Have a camera looked at where it is approved; nothing that was heard is believed."""
        if news.elsewhere:
            log.warning("something calls itself as a camera", camera=news.camera, at=news.elsewhere)
        tree = self._trees.get(news.camera)
        if tree is not None:
            tree.hearsay.heard(news.elsewhere)

    async def _keep_calendar(self) -> None:
        """Wake the mind when a calendar turns a page or a cron fires; a second late at most."""
        self._follow_hours()
        while True:
            await self._doors.wakeups.next()
            self._mind.wake()

    def _follow_hours(self) -> None:
        """Want to be woken by the calendars and crons that are in force."""
        self._doors.wakeups.follow(lambda now: coming(self._mind.site, now))

    def reload(self) -> None:
        """Read the site's files again, soon; what comes of it is told."""
        self._reloading.ask()

    def _deliver(self, command: Command) -> bool:
        """Take an operator's command to whoever follows it; False when there is no room."""
        if isinstance(command.order, Reload):
            self._reloading.ask(command.id)
            return True
        return self._mind.tell(command)

    def _turn(self, turn: Turn) -> None:
        """Put a new set of rules in force, everywhere between two ticks; or say why not."""
        before, site = self._mind.site, turn.site
        if site is None:
            for finding in turn.moved.findings:
                log.error("refused, the rules in force stay", finding=str(finding))
            self._refused = True
            self._tell.refused(turn.moved.findings)
            self._say(turn.moved)
            return
        self._mind.adopt(site)
        self._tell.adopt(site)
        self._journalist.adopt(site.policies)
        self._follow_hours()
        mended, self._refused = self._refused, False
        if mended or (site.fingerprint, site.awaiting) != (before.fingerprint, before.awaiting):
            self._say(turn.moved)
            _log_set(site, turn.moved.changes)

    async def _supervise(self, name: str, start: Callable[[], Awaitable[None]]) -> None:
        clock = self._doors.clock
        await supervised(
            name,
            start,
            now_s=lambda: clock.now().mono_s,
            sleep=clock.sleep,
            report=self._crashed,
        )

    def _crashed(self, crash: Crash) -> None:
        log.error(
            "task crashed", task=crash.task, again_in_s=crash.again_in_s, exc_info=crash.error
        )
        self._write_failure(f"{crash.task}: {type(crash.error).__name__}: {crash.error}")

    def _failed(self, what: str) -> None:
        """Say that something was lost or could not be kept, in the log and in the journal."""
        logged(what)
        self._write_failure(what)

    def _write_failure(self, what: str) -> None:
        self._write({"kind": "failure", "at_s": self._doors.clock.now().mono_s, "what": what})

    def _write(self, line: Mapping[str, object]) -> None:
        if self._doors.journal is not None:
            self._doors.journal.write(line)


def _quarry(grant: Intent, world: World) -> Quarry | None:
    """Return what is known of whom a grant pursues; None where it pursues nobody."""
    if grant.pursues is None:
        return None
    found = (target for target in world.targets if target.id == grant.pursues)
    target = next(found, None)
    return None if target is None else Quarry.of(target, world.now_s)


def _log_set(site: Site, changes: Sequence[str] = ()) -> None:
    """Log which rules are in force, what changed with them, and what needs a restart."""
    rules = site.policies
    log.info(
        "rules in force",
        fingerprint=site.short_fingerprint,
        policies=len(rules.policies),
        patrols=len(rules.patrols),
        privacy=len(rules.privacy),
        **({"changes": list(changes)} if changes else {}),
    )
    for sentence in site.awaiting:
        log.warning("needs a restart", what=sentence)
