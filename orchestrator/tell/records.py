"""A judgement as one JSON document: what is kept for ``explain``, and told on its topic; pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Clause, Intent, Judgement, Refused


def document_of(
    judgement: Judgement, at: datetime, before: PresetName | None = None
) -> dict[str, object]:
    """Return who won the camera and why, and who lost, as ``decide.explain`` reads it.

    ``at`` is the judgement's time of day, ``before`` the preset the camera was told to show last.
    """
    intent = judgement.intent
    return {
        "camera": judgement.camera,
        "at": at.isoformat(),
        "before": before,
        "won": None if intent is None else _won(intent, at, judgement.at_s),
        "lost": _lost((*judgement.lost, *(() if intent is None else intent.lost))),
        "before": judgement.before,
        "aim": None if judgement.aim is None else _aim(judgement.aim),
        "arrived": _moment(judgement.arrived_s, at, judgement.at_s),
        "error_deg": judgement.error_deg,
    }


def _aim(aim: Aim) -> list[float]:
    return [round(aim.azimuth_deg, 1), round(aim.tilt_deg, 1), round(aim.hfov_deg, 1)]


def _moment(moment_s: float | None, at: datetime, at_s: float) -> str | None:
    """Return a moment of the site clock as a time of day."""
    return None if moment_s is None else (at + timedelta(seconds=moment_s - at_s)).isoformat()


def _won(intent: Intent, at: datetime, at_s: float) -> dict[str, object]:
    return {
        "intent": intent.id,
        "preset": intent.preset,
        "band": intent.band.name.lower(),
        "policy": intent.reason.policy,
        "actor": intent.reason.actor,
        "command": intent.reason.command,
        "because": intent.reason.because,
        "source": intent.reason.source,
        "clauses": [_clause(clause) for clause in intent.reason.clauses],
        "targets": list(intent.targets),
        "granted": _moment(intent.granted_s, at, at_s),
        "granted": (at + timedelta(seconds=intent.granted_s - at_s)).isoformat(),
        "until": (at + timedelta(seconds=intent.until_s - at_s)).isoformat(),
    }


def _clause(clause: Clause) -> dict[str, object]:
    return {"text": clause.text, "found": clause.found, "held": clause.held}


def _lost(refused: Iterable[Refused]) -> list[dict[str, object]]:
    """Return each loser once: the judgement and its winner may both name it."""
    return [
        {"claim": one.claim, "band": one.band.name.lower(), "reason": one.reason, "idle": one.idle}
        for one in dict.fromkeys(refused)
    ]
