"""A case may wait for an escalation, and may have an operator end it."""

from orchestrator.config.cases import parsed_case
from orchestrator.rehearse import Verdict, rehearsed, verdicts
from tests.fakes.arbitration_site import SITE, yard

SHOUT = """\
policy: shout
version: 1
because: Nobody works here.
band: alarm
on: {enters: [south], who: person}
cooldown: 10m
do:
  - alarm: {severity: high, say: "Person", to: desk, acknowledge_within: 3s, then: boss}
"""
PEOPLE = "people:\n  desk: {mail: desk@yard.example}\n"
MORE = (
    f"{PEOPLE}  boss: {{mail: b@yard.example}}\n"
    "operators:\n  anna: {role: operator, credentials: operator-anna}\n"
)


def judged(given: str, expect: str) -> list[bool]:
    site = yard(SHOUT, text=SITE.replace(PEOPLE, MORE))
    text = (
        "case: shout\nat: 2026-03-10T12:00+01:00\ngiven:\n"
        f"  - {{at: 0s, target: p1, enters: south}}\n{given}expect:\n{expect}"
    )
    case = parsed_case(text, "case.yaml", site)
    found: tuple[Verdict, ...] = verdicts(site, case, rehearsed(site, case))
    return [verdict.met for verdict in found]


def test_the_next_in_line_is_told_when_nobody_answers() -> None:
    assert judged(
        "",
        "  - {by: 1s, alarm: high, to: desk}\n  - {by: 4s, alarm: high, to: boss}\n"
        "  - {by: 2s, alarm: high, to: boss}\n",
    ) == [True, True, False]


def test_an_operator_who_answers_ends_it() -> None:
    given = "  - {at: 2s, operator: anna, acknowledge: shout}\n"

    assert judged(given, "  - {never: {alarm: high, to: boss}}\n") == [True]
