"""The figures of a run, each computed from the recordings, and the evidence behind them."""

from dataclasses import dataclass

from simulators.score.detection import people, precision, recall, slowest_fps
from simulators.score.evidence import Evidence, Journal, Session
from simulators.score.following import Watched, time_on_target, watched
from simulators.score.handoffs import Handoff, handoffs, success, wrong
from simulators.score.identity import idf1, owners, together
from simulators.score.matching import Matched, matched
from simulators.score.privacy import Violation, violations
from simulators.score.records import Command, PersonId
from simulators.score.sight import Layout
from simulators.score.steering import (
    Awaited,
    Move,
    awaited,
    moves,
    percentile,
    policy_to_motion_ms,
    pre_aimed,
)

UNDATED_MAX = 0.05
"""Of the pictures looked at, the share that may be dated so wrongly that nobody can judge them."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What ``make demo`` reports; None where the recordings do not say."""

    cameras_present: int | None
    cameras_discovered: int | None
    cameras_onboarded: int | None
    onboarding_s: float | None
    detect_fps_per_camera: float | None
    detection_recall: float | None
    detection_precision: float | None
    people: int | None
    handoffs: int | None
    handoff_success: float | None
    handoff_wrong: float | None
    idf1: float | None
    ptz_moves: int | None
    ptz_pre_aimed: float | None
    time_on_target: float | None
    policy_to_motion_ms_p50: float | None
    policy_to_motion_ms_p95: float | None
    mqtt_commands: int | None
    mqtt_acknowledged: int | None
    privacy_violations: int | None
    failures: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What the figures were counted from; the picture and the story are drawn from it."""

    matched: Matched
    owner: dict[str, PersonId]
    handoffs: tuple[Handoff, ...]
    moves: tuple[Move, ...]
    awaited: tuple[Awaited, ...]
    delays_ms: tuple[float, ...]
    watched: tuple[Watched, ...]
    violations: tuple[Violation, ...] | None
    failures: tuple[str, ...]


def findings(evidence: Evidence, layout: Layout) -> Findings:
    """Return everything that the summary counts."""
    looks = matched(evidence.journal.boxes, evidence.truth.frames)
    owner = dict(owners(together(looks.looked)))
    moved = moves(evidence)
    return Findings(
        matched=looks,
        owner=owner,
        handoffs=handoffs(evidence.truth, looks.looked, owner, layout),
        moves=moved,
        awaited=awaited(evidence, owner, layout),
        delays_ms=policy_to_motion_ms(evidence, layout),
        watched=watched(evidence, owner, layout),
        violations=violations(evidence.truth, layout),
        failures=(*failures(evidence.journal, evidence.session), *_undated(looks)),
    )


def summary(evidence: Evidence, found: Findings) -> Summary:
    """Return the figures."""
    looked = found.matched.looked
    known = bool(evidence.truth.cameras)
    journaled = evidence.journal.started_s is not None
    commands = evidence.session.commands
    return Summary(
        cameras_present=len(evidence.truth.cameras) if known else None,
        cameras_discovered=discovered(evidence) if known else None,
        cameras_onboarded=len(onboarded(evidence)) if known and journaled else None,
        onboarding_s=onboarding_s(evidence),
        detect_fps_per_camera=slowest_fps(evidence),
        detection_recall=recall(looked),
        detection_precision=precision(looked),
        people=len(people(looked)) if looked else None,
        handoffs=len(found.handoffs) if evidence.truth.frames else None,
        handoff_success=success(found.handoffs),
        handoff_wrong=wrong(found.handoffs),
        idf1=idf1(looked),
        ptz_moves=len(found.moves) if evidence.truth.heads else None,
        ptz_pre_aimed=pre_aimed(found.awaited),
        time_on_target=time_on_target(found.watched),
        policy_to_motion_ms_p50=percentile(found.delays_ms, 50),
        policy_to_motion_ms_p95=percentile(found.delays_ms, 95),
        mqtt_commands=len(commands) if commands else None,
        mqtt_acknowledged=acknowledged(evidence.session) if commands else None,
        privacy_violations=None if found.violations is None else len(found.violations),
        failures=len(found.failures) if journaled else None,
    )


def _undated(looks: Matched) -> tuple[str, ...]:
    """Say that too many pictures could not be judged: what is not judged cannot be wrong."""
    share = looks.unmatched_share or 0.0
    if share <= UNDATED_MAX:
        return ()
    return (f"{share:.0%} of the pictures looked at have no true picture of their time",)


def discovered(evidence: Evidence) -> int | None:
    """Return how many of the site's cameras answered the probe."""
    found = evidence.session.discovered
    if found is None:
        return None
    return sum(camera.host in found.hosts for camera in evidence.truth.cameras)


def onboarded(evidence: Evidence) -> dict[str, float]:
    """Return when each of the site's cameras was first onboarded."""
    site = {camera.id for camera in evidence.truth.cameras}
    first: dict[str, float] = {}
    for record in evidence.journal.onboarded:
        if record.camera in site:
            first.setdefault(record.camera, record.at_s)
    return first


def onboarding_s(evidence: Evidence) -> float | None:
    """Return from the service's start to the last camera's onboarding; None until all are."""
    first = onboarded(evidence)
    started_s = evidence.journal.started_s
    if started_s is None or not first or len(first) < len(evidence.truth.cameras):
        return None
    return max(first.values()) - started_s


def acknowledged(session: Session) -> int:
    """Return how many commands got a reply before the same id was sent again, if it was."""
    return sum(
        any(
            reply.id == command.id and command.at_s <= reply.at_s < _sent_again_s(session, command)
            for reply in session.replies
        )
        for command in session.commands
    )


def _sent_again_s(session: Session, command: Command) -> float:
    later = [
        other.at_s
        for other in session.commands
        if other.id == command.id and other.at_s > command.at_s
    ]
    return min(later, default=float("inf"))


def failures(journal: Journal, session: Session) -> tuple[str, ...]:
    """Return whatever broke, in words: crashed tasks, wrong exits, processes left running."""
    crashed = [f"task: {failure.what}" for failure in journal.failures]
    exits = [
        f"{ended.process} ended with status {ended.code} instead of {ended.expected}"
        for ended in session.exits
        if ended.code != ended.expected
    ]
    left = [f"{process.process} was left running" for process in session.left]
    return tuple(crashed + exits + left)
