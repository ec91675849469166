"""What a policy sets of a picture is judged in a case: set, and put back."""

from dataclasses import replace

from orchestrator.config.cases import parsed_case
from orchestrator.rehearse import Verdict, rehearsed, verdicts
from tests.fakes.arbitration_site import yard

STORM = """\
policy: storm
version: 1
because: Rain blinds the cameras.
band: analytics
on: {enters: [south], who: person}
do:
  - imaging: {cameras: [fixed], set: {brightness: 60 %, ir_cut: off}, for: 2s}
  - auxiliary: {cameras: [west-ptz], run: "tt:Wiper|On", afterwards: "tt:Wiper|Off", for: 2s}
"""


def judged(expect: str) -> list[Verdict]:
    site = yard(STORM)
    text = (
        "case: rain\nat: 2026-03-10T12:00+01:00\ngiven:\n"
        "  - {at: 1s, target: p1, enters: south}\n  - {at: 3s, target: p1, gone: true}\n"
        f"expect:\n{expect}"
    )
    case = parsed_case(text, "case.yaml", replace(site, inventory=()))
    return list(verdicts(site, case, rehearsed(site, case)))


def test_what_is_set_and_what_is_put_back_are_met() -> None:
    met = judged(
        "  - {by: 2s, camera: fixed, set: {brightness: 60 %}, because: storm}\n"
        '  - {by: 2s, camera: west-ptz, runs: "tt:Wiper|On"}\n'
        "  - {by: 6s, camera: fixed, put_back: [brightness, ir_cut]}\n"
        "  - {by: 6s, put_back: tt:Wiper}\n"
        '  - {never: {camera: east-ptz, runs: "tt:Wiper|On"}}\n'
    )

    assert [verdict.met for verdict in met] == [True] * 5
    assert met[2].at_s is not None
    assert met[2].at_s > 4.0


def test_another_value_is_not_met_and_says_how_it_is_set() -> None:
    other, never = judged(
        "  - {by: 2s, camera: fixed, set: {brightness: 30 %}}\n  - {by: 3s, put_back: brightness}\n"
    )

    assert not other.met
    assert "fixed has brightness: 60 % because of storm" in other.instead
    assert not never.met
