"""What the journal says: each tick as lines of ``docs/design/formats.md``; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from orchestrator.domain.camera import Aim
from orchestrator.domain.cause import CaseKey, target_of
from orchestrator.domain.ids import CameraId, PolicyName, TargetId
from orchestrator.domain.intent import (
    Acknowledged,
    Alarm,
    Answer,
    Band,
    Decision,
    GlassMoved,
    Intent,
    Notice,
    SetMoved,
    Shadowed,
    Trim,
)
from orchestrator.domain.policy import AtNextView, AtTarget, Look, Policy, PolicySet
from orchestrator.domain.sighting import (
    CameraReported,
    Detections,
    Interviewed,
    LinkSeen,
    MoveSeen,
    Observation,
    Sighting,
    TrimSeen,
)
from orchestrator.domain.target import Target
from orchestrator.domain.world import World

Line = Mapping[str, object]


class Journalist:
    """Turns ticks into lines; remembers what was last said, so that only changes are written."""

    def __init__(self, policies: PolicySet) -> None:
        """Start having said nothing; ``policies`` tell which of them look at people."""
        self._looking = _looking(policies)
        self._said: dict[CameraId, tuple[str, tuple[TargetId, ...]]] = {}
        self._trimmed: dict[CameraId, list[list[str | None]]] = {}
        self._asked: set[CaseKey] = set()

    def adopt(self, policies: PolicySet) -> None:
        """Write of these policies from now on."""
        self._looking = _looking(policies)

    def tick(self, seen: Sequence[Observation], world: World, decision: Decision) -> Iterator[Line]:
        """Yield the lines of one tick: what was seen, the targets, and what changed."""
        yield from self._seen(seen, world)
        if world.targets:
            yield {
                "kind": "targets",
                "at_s": world.now_s,
                "targets": [_target(target) for target in world.targets],
            }
        yield from self._newly_asked(world)
        yield from self._intents(decision.intents, world.now_s)
        yield from self._trims(decision.trims, world.now_s)
        for notice in decision.notices:
            yield from _notice(notice)
        for shadowed in decision.shadows:
            yield _shadow(shadowed)

    def _seen(self, seen: Sequence[Observation], world: World) -> Iterator[Line]:
        sightings = _by_frame(world.sightings)
        for observation in seen:
            match observation:
                case Detections():
                    mine = sightings.get((observation.camera, observation.exposed_s), [])
                    yield _boxes(observation, mine, world.now_s)
                case LinkSeen():
                    yield _link(observation)
                case Interviewed():
                    yield _onboarded(observation)
                case MoveSeen():
                    yield _move(observation)
                case TrimSeen():
                    yield _trimmed(observation)
                case CameraReported():
                    yield _said(observation)
                case _:
                    continue

    def _intents(self, intents: Iterable[Intent], now_s: float) -> Iterator[Line]:
        current = {intent.camera: intent for intent in intents}
        for camera, intent in current.items():
            if self._said.get(camera) != (intent.id, intent.targets):
                self._said[camera] = (intent.id, intent.targets)
                yield _intent(intent, now_s)
        for camera in [camera for camera in self._said if camera not in current]:
            del self._said[camera]
            yield {"kind": "released", "at_s": now_s, "camera": camera}

    def _trims(self, trims: Iterable[Trim], now_s: float) -> Iterator[Line]:
        """Say how a camera is to be set, whenever that changes."""
        current = {trim.camera: _settings(trim) for trim in trims}
        for camera in dict.fromkeys((*self._trimmed, *current)):
            if current.get(camera, []) != self._trimmed.get(camera, []):
                yield {
                    "kind": "trim",
                    "at_s": now_s,
                    "camera": camera,
                    "set": current.get(camera, []),
                }
        self._trimmed = current

    def _newly_asked(self, world: World) -> Iterator[Line]:
        """Say whom a policy wants looked at, granted or not: the share that was is measured."""
        for key, case in world.desk.cases.items():
            policy, cause = key
            if case.started_s is None or key in self._asked or policy not in self._looking:
                continue
            self._asked.add(key)
            target = target_of(cause)
            yield {"kind": "asked", "at_s": world.now_s, "policy": policy, "target": target}


def _looking(policies: PolicySet) -> frozenset[PolicyName]:
    return frozenset(policy.name for policy in policies.policies if _looks(policy))


def _looks(policy: Policy) -> bool:
    return any(
        isinstance(action, Look) and isinstance(action.at, AtTarget | AtNextView)
        for action in policy.do
    )


def _by_frame(sightings: Iterable[Sighting]) -> dict[tuple[CameraId, float], list[Sighting]]:
    frames: dict[tuple[CameraId, float], list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        frames[sighting.camera, sighting.at_s].append(sighting)
    return frames


def _boxes(seen: Detections, sightings: Iterable[Sighting], now_s: float) -> Line:
    return {
        "kind": "boxes",
        "at_s": now_s,
        "camera": seen.camera,
        "exposed_s": seen.exposed_s,
        "size": [seen.width_px, seen.height_px],
        "aim": None if seen.aim is None else _aim(seen.aim),
        "boxes": [
            [
                *(round(edge, 1) for edge in sighting.box_px),
                round(sighting.score, 3),
                sighting.kind.name.lower(),
                sighting.target,
            ]
            for sighting in sightings
        ],
    }


def _aim(aim: Aim) -> list[float]:
    return [round(aim.azimuth_deg, 3), round(aim.tilt_deg, 3), round(aim.hfov_deg, 3)]


def _target(target: Target) -> Line:
    return {
        "id": target.id,
        "kind": target.kind.name.lower(),
        "x_m": round(target.position_m[0], 3),
        "y_m": round(target.position_m[1], 3),
        "vx_mps": round(target.velocity_mps[0], 3),
        "vy_mps": round(target.velocity_mps[1], 3),
        "sigma_m": round(target.sigma_m, 3),
    }


def _link(seen: LinkSeen) -> Line:
    return {
        "kind": "camera",
        "at_s": seen.at_s,
        "camera": seen.camera,
        "link": seen.state.value,
        "reason": seen.reason,
    }


def _onboarded(seen: Interviewed) -> Line:
    passport = seen.passport
    stream = passport.streams[0] if passport.streams else None
    return {
        "kind": "onboarded",
        "at_s": seen.at_s,
        "camera": seen.camera,
        "serial": passport.serial,
        "model": passport.model,
        "presets": [preset.name for preset in passport.presets],
        "stream": None if stream is None else [stream.width_px, stream.height_px, stream.fps],
    }


def _move(seen: MoveSeen) -> Line:
    return {
        "kind": "move",
        "at_s": seen.at_s,
        "camera": seen.camera,
        "intent": seen.intent,
        "end": seen.end.value,
        "error_deg": seen.error_deg,
        "reason": seen.reason,
    }


def _settings(trim: Trim) -> list[list[str | None]]:
    return [[each.what, each.words, each.reason.policy] for each in trim.settings]


def _trimmed(seen: TrimSeen) -> Line:
    return {
        "kind": "trimmed",
        "at_s": seen.at_s,
        "camera": seen.camera,
        "what": list(seen.what),
        "end": seen.end.value,
        "reason": seen.reason,
    }


def _said(said: CameraReported) -> Line:
    return {
        "kind": "said",
        "at_s": said.at_s,
        "camera": said.camera,
        "report": said.report.value,
        "part": said.part,
        "active": said.active,
    }


def _intent(intent: Intent, now_s: float) -> Line:
    return {
        "kind": "intent",
        "at_s": now_s,
        "id": intent.id,
        "camera": intent.camera,
        "preset": intent.preset,
        "band": Band(intent.band).name.lower(),
        "targets": list(intent.targets),
        "policy": intent.reason.policy,
        "actor": intent.reason.actor,
        "because": intent.reason.because,
        "until_s": intent.until_s,
    }


def _shadow(shadowed: Shadowed) -> Line:
    return {
        "kind": "shadow",
        "at_s": shadowed.at_s,
        "policy": shadowed.policy,
        "what": shadowed.what,
        "say": shadowed.say,
        "about": shadowed.about,
        "camera": shadowed.camera,
        "preset": shadowed.preset,
        "holder": shadowed.holder,
    }


def _notice(notice: Notice) -> Iterator[Line]:
    match notice.fact:
        case Alarm() as alarm:
            yield {
                "kind": "alarm",
                "at_s": notice.at_s,
                "id": notice.id,
                "severity": alarm.severity.value,
                "say": alarm.say,
                "policy": alarm.policy,
                "target": alarm.target,
                "zone": alarm.zone,
                "to": list(alarm.to),
                "escalates": alarm.escalates,
            }
        case Answer() as answer:
            yield {
                "kind": "answer",
                "at_s": notice.at_s,
                "command": answer.command,
                "step": answer.step.value,
                "code": answer.code,
                "say": answer.say,
            }
        case GlassMoved() as glass:
            yield {
                "kind": "glass",
                "at_s": notice.at_s,
                "rule": glass.rule,
                "what": glass.what,
                "actor": glass.actor,
                "reason": glass.reason,
                "until_s": glass.until_s,
            }
        case Acknowledged() as answered:
            yield {
                "kind": "acknowledged",
                "at_s": notice.at_s,
                "alarm": answered.alarm,
                "actor": answered.actor,
            }
        case SetMoved() as moved:
            yield {
                "kind": "set",
                "at_s": notice.at_s,
                "what": moved.what,
                "fingerprint": moved.fingerprint,
                "changes": list(moved.changes),
            }
        case _:
            return
