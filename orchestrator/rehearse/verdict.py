"""Did it go as its author expects, and what happened instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestrator.domain.intent import Alarm, Answer, Decision, Intent
from orchestrator.domain.policy_case import (
    Alarms,
    Answers,
    Aspect,
    Expectation,
    PolicyCase,
    PutsBack,
    Sees,
    Shows,
    Trims,
)
from orchestrator.domain.site import Site
from orchestrator.geometry.fov import sees
from orchestrator.rehearse.play import Moment, Rehearsal
from orchestrator.rehearse.trims import as_set, put_back_s, sets


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation, whether it was met, when it came true first, and what is to be said if not."""

    expectation: Expectation
    met: bool
    at_s: float | None
    instead: tuple[str, ...] = ()


def verdicts(site: Site, case: PolicyCase, rehearsal: Rehearsal) -> tuple[Verdict, ...]:
    """Return a verdict on each expectation, in the order written."""
    return tuple(_verdict(site, one, rehearsal) for one in case.expect)


def _verdict(site: Site, expected: Expectation, rehearsal: Rehearsal) -> Verdict:
    at_s = _first_s(site, expected.aspect, rehearsal)
    if expected.by_s is None:
        if at_s is None:
            return Verdict(expected, True, None)
        return Verdict(expected, False, at_s, (f"it happened after {at_s:.1f} s",))
    if at_s is not None and at_s <= expected.by_s:
        return Verdict(expected, True, at_s)
    return Verdict(expected, False, at_s, tuple(_instead(expected, at_s, rehearsal)))


def _first_s(site: Site, aspect: Aspect, rehearsal: Rehearsal) -> float | None:
    """Return when something was true first; None when it never was."""
    if isinstance(aspect, Sees):
        region = site.places[aspect.zone].region
        shown = (
            glimpse.at_s
            for glimpse in rehearsal.glimpses
            if aspect.camera in (None, glimpse.camera)
            and sees(site.camera(glimpse.camera), glimpse.aim, region, margin_deg=0.0)
        )
        return next(shown, None)
    if isinstance(aspect, PutsBack):
        return put_back_s(aspect, rehearsal.moments)
    true = (moment.at_s for moment in rehearsal.moments if _holds(aspect, moment.decision))
    return next(true, None)


def _holds(aspect: Shows | Alarms | Answers | Trims, decision: Decision) -> bool:
    facts = [notice.fact for notice in decision.notices]
    match aspect:
        case Alarms(severity=severity, policy=policy, to=to):
            alarms = (fact for fact in facts if isinstance(fact, Alarm))
            return any(
                alarm.severity is severity
                and policy in {None, alarm.policy}
                and (to is None or to in alarm.to)
                for alarm in alarms
            )
        case Answers(code=code):
            return any(isinstance(fact, Answer) and fact.code == code for fact in facts)
        case Trims():
            return sets(aspect, decision)
        case Shows():
            return any(_shows(aspect, intent) for intent in decision.intents)


def _shows(aspect: Shows, intent: Intent) -> bool:
    return (
        aspect.camera in (None, intent.camera)
        and aspect.preset in (None, intent.preset)
        and (aspect.target is None or aspect.target in intent.targets)
        and aspect.holder in (None, holder(intent))
    )


def holder(intent: Intent) -> str:
    """Return who has a grant, as a case names it."""
    if intent.reason.actor is not None:
        return f"operator {intent.reason.actor}"
    return intent.reason.policy or "home"


def _instead(expected: Expectation, at_s: float | None, rehearsal: Rehearsal) -> Iterator[str]:
    """Yield what an author wants to know of an expectation that was not met in time."""
    assert expected.by_s is not None
    if at_s is not None:
        yield f"it happened, but after {at_s:.1f} s"
        return
    moment = _last(rehearsal.moments, expected.by_s)
    if isinstance(expected.aspect, Shows):
        yield from _grants(expected.aspect, moment)
        if expected.aspect.holder is not None:
            yield from _false_clauses(expected.aspect.holder, moment)
    elif isinstance(expected.aspect, Trims | PutsBack):
        yield from as_set(moment)
        for policy in dict.fromkeys(name for name, _ in moment.clauses):
            yield from _false_clauses(policy, moment)
    elif isinstance(expected.aspect, Alarms):
        told = [fact for fact in _facts(rehearsal, expected.by_s) if isinstance(fact, Alarm)]
        yield ", ".join(_alarm(fact) for fact in told) or "no alarm was raised"
        named = expected.aspect.policy
        for policy in dict.fromkeys(name for name, _ in moment.clauses):
            if named in {None, policy}:
                yield from _false_clauses(policy, moment)
    elif isinstance(expected.aspect, Answers):
        told_codes = [
            fact.code or fact.step.value
            for fact in _facts(rehearsal, expected.by_s)
            if isinstance(fact, Answer)
        ]
        yield f"operators were answered: {', '.join(told_codes) or 'nothing'}"


def _alarm(alarm: Alarm) -> str:
    """Return an alarm in a few words."""
    return f"alarm {alarm.severity.value}" + (f" to {', '.join(alarm.to)}" if alarm.to else "")


def _facts(rehearsal: Rehearsal, by_s: float) -> Iterator[object]:
    for moment in rehearsal.moments:
        if moment.at_s <= by_s:
            yield from (notice.fact for notice in moment.decision.notices)


def _last(moments: Sequence[Moment], by_s: float) -> Moment:
    """Return the last moment that could have met an expectation."""
    return [moment for moment in moments if moment.at_s <= by_s][-1]


def _grants(aspect: Shows, moment: Moment) -> Iterator[str]:
    """Yield what the cameras that were meant show at a moment."""
    meant = [one for one in moment.decision.intents if aspect.camera in (None, one.camera)]
    for intent in meant:
        whom = f" for {', '.join(intent.targets)}" if intent.targets else ""
        yield f"{intent.camera} shows {intent.preset}{whom} because of {holder(intent)}"
        for lost in intent.lost:
            if aspect.holder in (None, lost.claim):
                yield f"  {lost.claim}: {lost.reason}"
    if not meant:
        yield f"{aspect.camera or 'no camera'} is not granted to anybody"


def _false_clauses(policy: str, moment: Moment) -> Iterator[str]:
    """Yield the clauses of a policy that do not hold at a moment."""
    for name, clause in moment.clauses:
        if name == policy and not clause.held:
            yield f"  {policy}: [ ] {clause.text} ({clause.found})"
