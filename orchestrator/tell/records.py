"""A judgement as one JSON document: what is kept for ``explain``, and told on its topic; pure."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from orchestrator.domain.intent import Clause, Intent, Judgement, Refused, Setting, Shadowed, Unset


def document_of(judgement: Judgement, at: datetime, rules: str = "") -> dict[str, object]:
    """Return who won the camera and why, and who lost, as ``decide.explain`` reads it.

    ``at`` is the judgement's time of day, from which all its other moments are told; ``rules``
    is the short fingerprint of the set that was in force.
    """
    intent, aim = judgement.intent, judgement.aim
    return {
        "camera": judgement.camera,
        "at": at.isoformat(),
        "rules": rules,
        "lifted": [
            {
                "rule": lift.rule,
                "by": lift.actor,
                "reason": lift.reason,
                "until": _moment(lift.until_s, judgement.at_s, at),
            }
            for lift in judgement.lifts
        ],
        "before": judgement.before,
        "aim": None if aim is None else [aim.azimuth_deg, aim.tilt_deg],
        "arrived": _moment(judgement.arrived_s, judgement.at_s, at),
        "error_deg": judgement.error_deg,
        "ladder": None if judgement.rungs is None else asdict(judgement.rungs),
        "won": None if intent is None else _won(intent, judgement.at_s, at),
        "trim": [_setting(setting, judgement.at_s, at) for setting in judgement.trim],
        "unset": [_unset(one) for one in judgement.unset],
        "lost": _lost((*judgement.lost, *(() if intent is None else intent.lost))),
    }


def document_of_shadow(shadowed: Shadowed, at: datetime) -> dict[str, object]:
    """Return what a policy in shadow would have done with a camera, as ``decide.explain`` reads it."""
    return {
        "camera": shadowed.camera,
        "at": at.isoformat(),
        "shadow": {
            "policy": shadowed.policy,
            "what": shadowed.what,
            "say": shadowed.say,
            "about": shadowed.about,
            "source": shadowed.source,
            "clauses": [_clause(clause) for clause in shadowed.clauses],
        },
    }


def _won(intent: Intent, at_s: float, at: datetime) -> dict[str, object]:
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
        "granted": _moment(intent.granted_s, at_s, at),
        "until": _moment(intent.until_s, at_s, at),
    }


def _setting(setting: Setting, at_s: float, at: datetime) -> dict[str, object]:
    return {
        "what": setting.what,
        "value": setting.words,
        "band": setting.band.name.lower(),
        "policy": setting.reason.policy,
        "because": setting.reason.because,
        "source": setting.reason.source,
        "until": _moment(setting.until_s, at_s, at),
    }


def _unset(one: Unset) -> dict[str, object]:
    setting = one.setting
    document: dict[str, object] = {"what": one.what, "reason": one.reason}
    if setting is None:
        return document
    return document | {
        "value": setting.words,
        "band": setting.band.name.lower(),
        "policy": setting.reason.policy,
        "because": setting.reason.because,
        "source": setting.reason.source,
        "clauses": [_clause(clause) for clause in setting.reason.clauses],
    }


def _moment(moment_s: float | None, at_s: float, at: datetime) -> str | None:
    if moment_s is None:
        return None
    return (at + timedelta(seconds=moment_s - at_s)).isoformat()


def _clause(clause: Clause) -> dict[str, object]:
    return {"text": clause.text, "found": clause.found, "held": clause.held}


def _lost(refused: Iterable[Refused]) -> list[dict[str, object]]:
    """Return each loser once: the judgement and its winner may both name it."""
    return [
        {
            "claim": one.claim,
            "band": one.band.name.lower(),
            "reason": one.reason,
            "idle": one.idle,
        }
        for one in dict.fromkeys(refused)
    ]
