"""What is told when a policy starts or ends: the fact itself, and its alarms."""

from collections.abc import Mapping

from orchestrator.decide.alarms import raised
from orchestrator.decide.judge import shown
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers.match import Match, word
from orchestrator.domain.cause import camera_of, target_of
from orchestrator.domain.desk import Case
from orchestrator.domain.intent import Alarm, PolicyMoved
from orchestrator.domain.policy import Policy, Raise

ASKED: Mapping[str, str] = {
    "count": "zone.count",
    "line": "line.name",
    "towards": "line.towards",
    "camera": "camera.name",
    "report": "report.kind",
}
"""Blanks of an alarm's sentence that are filled with a fact."""


def announce(policy: Policy, case: Case, match: Match, tick: Tick) -> None:
    """Say that a policy started, and raise its alarms."""
    tick.began = True
    tick.tell(_moved(policy, "started", case))
    for action in policy.do:
        if isinstance(action, Raise):
            alarm = Alarm(
                severity=action.severity,
                say=_filled(action.say, case, match),
                policy=policy.name,
                target=target_of(case.cause),
                zone=case.zone,
                to=action.to,
                camera=camera_of(case.cause),
            )
            raised(action, alarm, tick)


def dropped(policy: Policy, case: Case | None, tick: Tick) -> None:
    """Say that a policy ended, if it had started."""
    if case is not None and case.started_s is not None:
        tick.tell(_moved(policy, "ended", case))


def _moved(policy: Policy, what: str, case: Case) -> PolicyMoved:
    target, camera = target_of(case.cause), camera_of(case.cause)
    return PolicyMoved(policy.name, what, target, case.zone, camera)


def _filled(say: str, case: Case, match: Match) -> str:
    """Return an alarm's sentence with its blanks filled; a blank that has no answer says so."""
    target = match.target
    blanks: dict[str, str] = {
        blank: shown(match.facts[path]) for blank, path in ASKED.items() if path in match.facts
    }
    blanks |= {"zone": case.zone or "no zone", "view": _view(match)}
    if target is not None:
        blanks |= {"target": target.id, "kind": word(target.kind)}
    for blank, value in blanks.items():
        say = say.replace(f"{{{blank}}}", value)
    return say


def _view(match: Match) -> str:
    """Return the view a target is expected in, or else the camera that saw it last."""
    if match.arrival is not None:
        return match.arrival.view
    seen_by = () if match.target is None else match.target.seen_by
    newest = max(seen_by, key=lambda seen: seen[1], default=None)
    return "no camera" if newest is None else newest[0]
