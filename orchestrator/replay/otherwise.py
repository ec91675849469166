"""An event log under other policies: what would have been done, as far as a log can tell.

A log holds what was seen, and that depended on where the heads looked then. Under other policies
they would have looked elsewhere. Here heads turn as the other policies grant, with the motor model
of rehearsals, and report that; what was *found* in pictures stays as it was found: who was seen then
is where they were, and whom nobody looked at stays unknown. So this can tell who would have been
looked at and reported among those who were seen; it cannot tell whom else a camera would have met.
"""

from collections.abc import Callable, Iterator, Sequence

from orchestrator.decide import examined
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId, IntentId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import (
    Command,
    HeadSeen,
    LinkSeen,
    MoveEnd,
    MoveSeen,
    Observation,
)
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.rehearse.heads import Heads
from orchestrator.replay.outcomes import Outcome, Watcher
from orchestrator.replay.play import Moment
from orchestrator.think import think

Adapt = Callable[[Site], Site]
"""From the site of a log to the one that is tried; keeps its map."""


class Branch:
    """One way the run could have gone: other rules, and heads that follow them."""

    def __init__(self, adapt: Adapt) -> None:
        """Start before the first moment."""
        self._adapt = adapt
        self._given: Site | None = None
        self._site: Site | None = None
        self._world = World()
        self._decision = Decision()
        self._watcher = Watcher()
        self._motors: _Motors | None = None

    def advance(self, moment: Moment) -> Sequence[Outcome]:
        """Think a moment of the log under this branch's rules; return what came about."""
        before, site = self._site, self._adapted(moment.site)
        if moment.begins or self._motors is None:
            before = site
            self._world = World(desk=Desk(run=moment.run))
            self._watcher = Watcher()
            self._motors = _Motors(site)
        self._motors.adopt(site)
        seen = tuple(self._motors.replaced(moment.seen, moment.now.mono_s))
        self._world, self._decision = think(site, self._world, seen, moment.now, before=before)
        self._motors.follow(self._decision, moment.now.mono_s)
        return tuple(self._watcher.outcomes(self._decision, moment.now))

    def why_not(self, outcome: Outcome, now: Instant) -> str:
        """Say why an outcome of another branch has not come about in this one, just now."""
        assert self._site is not None
        policies = self._site.policies
        if outcome.holder not in (*policies.names, *(rule.name for rule in policies.privacy)):
            return f"there is no `{outcome.holder}`" if outcome.source else ""
        for name, clause in examined(self._site, self._world, now):
            if name == outcome.holder and not clause.held:
                return f"`{clause.text}` is false ({clause.found})"
        for intent in self._decision.intents:
            if intent.camera == outcome.camera:
                who = intent.reason.policy or intent.reason.actor or "home"
                return f"`{who}` has {intent.camera} at `{intent.preset}`"
        return self._waiting(outcome.holder, now.mono_s)

    def _waiting(self, holder: str, now_s: float) -> str:
        """Say how long a policy has held that has not started yet; empty when none waits."""
        assert self._site is not None
        hold_s = {policy.name: policy.hold_s for policy in self._site.policies.policies}
        for (name, _), case in self._world.desk.cases.items():
            if name == holder and case.started_s is None and case.met_s is not None:
                return f"it has held {now_s - case.met_s:.1f} s of {hold_s[name]:g} s"
        return ""

    def _adapted(self, site: Site) -> Site:
        if self._site is None or self._given is not site:
            self._given, self._site = site, self._adapt(site)
        return self._site


class _Motors:
    """Replaces what real heads reported by what the model's do."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._heads = Heads(site)
        self._heads.forget()
        self._cameras = {camera.id for camera in site.cameras}
        self._away: set[CameraId] = set()
        self._sent: dict[CameraId, IntentId] = {}
        self._started: list[MoveSeen] = []

    def adopt(self, site: Site) -> None:
        """Go on with another map."""
        if site is not self._site:
            self._site = site
            self._heads.adopt(site)
            self._cameras = {camera.id for camera in site.cameras}

    def replaced(self, seen: Sequence[Observation], now_s: float) -> Iterator[Observation]:
        """Yield what was seen, but for the heads; each begins where the log first saw it."""
        for one in seen:
            match one:
                case MoveSeen():
                    continue
                case HeadSeen(camera=camera, aim=aim):
                    if camera in self._cameras:
                        self._heads.place(camera, aim)
                    continue
                case LinkSeen(camera=camera, state=state):
                    gone = state.gone
                    (self._away.add if gone else self._away.discard)(camera)
            about = one.order if isinstance(one, Command) else one
            if getattr(about, "camera", None) in (None, *self._cameras):
                yield one
        yield from self._reports(now_s)

    def _reports(self, now_s: float) -> Iterator[Observation]:
        started, self._started = self._started, []
        for report in (*started, *self._heads.arrived(now_s)):
            if report.camera not in self._away:
                yield report
        for seen in self._heads.seen(now_s):
            if seen.camera not in self._away:
                yield seen

    def follow(self, decision: Decision, now_s: float) -> None:
        """Send the heads where they are granted."""
        for intent in decision.intents:
            if self._sent.get(intent.camera) != intent.id:
                self._sent[intent.camera] = intent.id
                self._started.append(MoveSeen(intent.camera, intent.id, now_s, MoveEnd.STARTED))
        self._heads.turned(decision.intents, now_s)
        self._heads.glimpses.clear()
