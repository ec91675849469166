"""A judgement as one JSON document: what is kept for ``explain``, and told on its topic; pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from orchestrator.domain.intent import Clause, Intent, Judgement, Refused


def document_of(judgement: Judgement, at: datetime) -> dict[str, object]:
    """Return who won the camera and why, and who lost; ``at`` is the judgement's time of day."""
    intent = judgement.intent
    return {
        "camera": judgement.camera,
        "at": at.isoformat(),
        "won": None if intent is None else _won(intent, at, judgement.at_s),
        "lost": _lost((*judgement.lost, *(() if intent is None else intent.lost))),
    }


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
        "until": (at + timedelta(seconds=intent.until_s - at_s)).isoformat(),
    }


def _clause(clause: Clause) -> dict[str, object]:
    return {"text": clause.text, "found": clause.found, "held": clause.held}


def _lost(refused: Iterable[Refused]) -> list[dict[str, object]]:
    """Return each loser once: the judgement and its winner may both name it."""
    return [
        {"claim": one.claim, "band": one.band.name.lower(), "reason": one.reason}
        for one in dict.fromkeys(refused)
    ]
