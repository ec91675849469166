"""A case is played as in service, and what goes otherwise than expected is told with its reason."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from orchestrator.config import read_site
from orchestrator.config.cases import parsed_case
from orchestrator.config.reading import read_cases
from orchestrator.domain.policy_case import PolicyCase
from orchestrator.domain.site import Site
from orchestrator.rehearse import Rehearsal, Verdict, covered, rehearsed, verdicts
from orchestrator.topology import inventoried
from tests.fakes.rehearsals import played_both_ways

pytestmark = pytest.mark.slow

NIGHT = "2026-03-10T02:10+01:00"
NOON = "2026-03-10T12:00+01:00"


@lru_cache(maxsize=1)
def depot() -> Site:
    site = read_site(Path("config/demo"))
    return replace(site, topology=inventoried(site))


def played(at: str, given: str, expect: str) -> tuple[Rehearsal, tuple[Verdict, ...]]:
    text = f"case: a night\nat: {at}\ngiven:\n{given}expect:\n{expect}"
    case = parsed_case(text, "case.yaml", depot())
    rehearsal = rehearsed(depot(), case)
    return rehearsal, verdicts(depot(), case, rehearsal)


INTRUDER = "  - {at: 0s, target: p1, enters: yard}\n"


def test_an_expectation_that_comes_true_in_time_is_met_and_says_when() -> None:
    _, [verdict] = played(NIGHT, INTRUDER, "  - {by: 2s, looks_at: p1}\n")

    assert verdict.met
    assert verdict.at_s is not None
    assert 0.4 <= verdict.at_s <= 1.0, "the policy holds half a second first"


def test_one_that_comes_true_too_late_says_how_late() -> None:
    _, [verdict] = played(NIGHT, INTRUDER, "  - {by: 200ms, looks_at: p1}\n")

    assert not verdict.met
    assert verdict.instead == (f"it happened, but after {verdict.at_s:.1f} s",)


def test_one_that_never_comes_true_says_which_clause_was_false() -> None:
    _, [verdict] = played(
        NOON, INTRUDER, "  - {by: 2s, looks_at: p1, because: after-hours-intrusion}\n"
    )

    assert not verdict.met
    assert any(
        "[ ] during closed-hours (22:00 to 05:00, now 12:00)" in line for line in verdict.instead
    )


def test_a_missing_alarm_names_what_was_false_in_every_policy() -> None:
    _, [verdict] = played(NOON, INTRUDER, "  - {by: 2s, alarm: high}\n")

    assert verdict.instead[0] == "no alarm was raised"
    assert any("closed-hours" in line for line in verdict.instead)


def test_an_answer_that_was_another_is_told() -> None:
    goto = "  - {at: 0s, operator: anna, goto: {camera: dock-ptz, preset: bays}}\n"
    _, [verdict] = played(NOON, goto, "  - {by: 3s, answer: privacy}\n")

    assert not verdict.met
    assert "accepted" in verdict.instead[0]


def test_what_must_never_happen_and_does_is_told_with_its_moment() -> None:
    _, [verdict] = played(NIGHT, INTRUDER, "  - {never: {alarm: high}}\n")

    assert not verdict.met
    assert verdict.instead == (f"it happened after {verdict.at_s:.1f} s",)


def test_a_head_takes_its_time_and_passes_what_lies_between() -> None:
    goto = "  - {at: 0s, operator: anna, goto: {camera: carpark-ptz, preset: gate}}\n"
    rehearsal, _ = played(NOON, goto, "  - {by: 1s, camera: carpark-ptz, preset: gate}\n")

    answers = [
        (moment.at_s, notice.fact.step.value)
        for moment in rehearsal.moments
        for notice in moment.decision.notices
        if hasattr(notice.fact, "step")
    ]
    done_s = next(at_s for at_s, step in answers if step == "done")
    assert done_s > 0.5, "forty degrees take a while"
    passed = {
        round(glimpse.aim.azimuth_deg)
        for glimpse in rehearsal.glimpses
        if glimpse.camera == "carpark-ptz"
    }
    assert {275, 295, 316} <= {azimuth + off for azimuth in passed for off in (-1, 0, 1)}


def test_the_same_case_always_ends_the_same() -> None:
    once, _ = played(NIGHT, INTRUDER, "  - {by: 2s, looks_at: p1}\n")
    again, _ = played(NIGHT, INTRUDER, "  - {by: 2s, looks_at: p1}\n")

    assert [moment.decision for moment in once.moments] == [
        moment.decision for moment in again.moments
    ]


def test_clauses_are_covered_once_they_were_seen_both_ways() -> None:
    night, _ = played(NIGHT, INTRUDER, "  - {by: 2s, looks_at: p1}\n")
    noon, _ = played(NOON, INTRUDER, "  - {never: {looks_at: p1}}\n")

    one = {(str(c.policy), c.clause): c for c in covered(depot(), [night])}
    both = {(str(c.policy), c.clause): c for c in covered(depot(), [night, noon])}

    hours = ("after-hours-intrusion", "during closed-hours")
    assert (one[hours].seen_true, one[hours].seen_false) == (True, False)
    assert both[hours].whole
    assert not both["hand-off-ahead", "arrival.probability >= 0.2"].seen_true


def test_ticks_that_are_passed_over_would_have_changed_nothing() -> None:
    visit = "  - {at: 100s, target: p1, enters: yard}\n  - {at: 104s, target: p1, gone: true}\n"
    head = "case: a night\nat: 2026-03-10T21:58:50+01:00\ngiven:\n"
    text = f"{head}{visit}expect:\n  - {{never: {{alarm: critical}}}}\n"

    quick, whole = played_both_ways(depot(), parsed_case(text, "case.yaml", depot()))

    assert len(quick.moments) < len(whole.moments) / 20


def test_shipped_cases_go_as_if_every_tick_were_played() -> None:
    shortest: dict[str, PolicyCase] = {}
    for case in sorted(read_cases(Path("config/demo"), depot()), key=lambda one: one.length_s):
        shortest.setdefault(case.source.path.rpartition("/cases/")[0], case)

    for case in shortest.values():
        played_both_ways(depot(), case)
