"""`on:` is one of seven triggers; what it is about decides what can be asked, shown and said."""

import pytest

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.domain.policy import (
    AtThatCamera,
    AtThatZone,
    Crosses,
    Flagged,
    Look,
    Occupied,
    Policy,
    Reports,
    Stays,
    Towards,
    Trigger,
)
from orchestrator.domain.sighting import Kind, Report
from orchestrator.errors import AuthorError
from tests.fakes.written_site import GOOD

LINES = (
    "lines:\n  gate-line: {from: [1, 1], to: [5, 1]}\nflags: {maintenance: false, storm: false}\n"
)
SITE = parsed_site(GOOD.replace("flags: {maintenance: false}\n", LINES), "site.yaml")
PATH = "p.yaml"
REST = """\
policy: night
version: 1
because: Somebody wants it.
band: analytics
"""
DO = "do:\n  - look: {at: yard, for: 45s}\n"


def read(on: str, do: str = DO) -> Policy:
    [policy] = parsed_policies([(PATH, f"{REST}on: {on}\n{do}")], SITE).policies
    return policy


def told(on: str, do: str = DO) -> str:
    with pytest.raises(AuthorError) as caught:
        read(on, do)
    return str(caught.value)


@pytest.mark.parametrize(
    ("on", "trigger"),
    [
        ("{stays: yard, who: vehicle, for: 10m}", Stays(("yard",), (Kind.VEHICLE,), 600.0)),  # type: ignore[arg-type]
        (
            "{crosses: gate-line, who: [person, bike]}",
            Crosses(("gate-line",), (Kind.PERSON, Kind.BIKE), Towards.BOTH),  # type: ignore[arg-type]
        ),
        (
            "{crosses: [gate-line], who: person, towards: out}",
            Crosses(("gate-line",), (Kind.PERSON,), Towards.OUT),  # type: ignore[arg-type]
        ),
        ("{occupied: [yard], who: person}", Occupied(("yard",), (Kind.PERSON,))),  # type: ignore[arg-type]
        ("{reports: tamper}", Reports((Report.TAMPER,), None)),
        (
            "{reports: [tamper, too dark], from: gate-fixed}",
            Reports((Report.TAMPER, Report.TOO_DARK), ("gate-fixed",)),  # type: ignore[arg-type]
        ),
        ("{site: storm}", Flagged("storm")),
    ],
)
def test_a_trigger_is_read_as_it_is_written(on: str, trigger: Trigger) -> None:
    assert read(on).on == trigger


@pytest.mark.parametrize(
    ("on", "message"),
    [
        ("{stays: yard, who: vehicle}", "`on` needs `for` beside `stays`"),
        ("{stays: yard, for: 10m}", "`on` needs `who` beside `stays`"),
        ("{stays: yrad, who: vehicle, for: 1m}", "unknown zone `yrad`"),
        ("{crosses: gate-lien, who: person}", "unknown line `gate-lien`"),
        ("{crosses: gate-line, who: person, towards: left}", "unknown direction `left`"),
        ("{enters: yard, who: person, towards: in}", "`towards` belongs to `crosses`"),
        ("{occupied: yard}", "`on` needs `who` beside `occupied`"),
        ("{reports: tampering}", "unknown report `tampering`"),
        ("{reports: tamper, from: gate}", "unknown camera `gate`"),
        ("{reports: tamper, who: person}", "`who` belongs to `enters`"),
        ("{site: strom}", "unknown flag `strom`"),
        ("{site: storm, occupied: yard, who: person}", "`on` needs either `enters`, `stays`"),
    ],
)
def test_a_trigger_that_cannot_be_is_refused(on: str, message: str) -> None:
    assert message in told(on)


def test_a_name_that_is_nearly_right_comes_with_the_right_one() -> None:
    assert told("{crosses: gate-lien, who: person}").endswith(
        "did you mean `gate-line`? (lines: gate-line)"
    )


@pytest.mark.parametrize(
    ("on", "at", "hint"),
    [
        ("{occupied: yard, who: person}", "target", "`at: zone`, or a zone or a preset by name"),
        ("{reports: tamper}", "target", "`at: camera`, or a zone or a preset by name"),
        ("{site: storm}", "target", "  a zone or a preset by name"),
        ("{crosses: gate-line, who: person}", "zone", "`at: target`, or a zone"),
        ("{stays: yard, who: person, for: 9s}", "next view", "`at: target`, `at: zone`, or a zone"),
        ("{enters: yard, who: person}", "camera", "`at: target`, `at: zone`, or a zone"),
    ],
)
def test_to_look_at_what_a_trigger_is_not_about_is_a_mistake_with_a_hint(
    on: str, at: str, hint: str
) -> None:
    said = told(on, f"do:\n  - look: {{at: {at}, for: 45s}}\n")

    assert f"`at: {at}` makes no sense here" in said
    assert hint in said


def test_a_policy_may_look_at_the_zone_or_camera_that_it_is_about() -> None:
    crowd = read("{occupied: yard, who: person}", "do:\n  - look: {at: zone, for: 9s}\n")
    tamper = read("{reports: tamper}", "do:\n  - look: {at: camera, for: 9s}\n")

    assert [look.at for look in (*crowd.do, *tamper.do) if isinstance(look, Look)] == [
        AtThatZone(),
        AtThatCamera(),
    ]


@pytest.mark.parametrize(
    ("on", "when"),
    [
        ("{occupied: yard, who: person}", "zone.density > 1.5 && zone.still_s < 9"),
        ("{stays: yard, who: person, for: 9s}", "target.still_s > 60 && zone.count == 1"),
        ("{crosses: gate-line, who: person}", "line.towards == 'in' && line.since_s < 2"),
        ("{reports: input}", "report.part == 'door' && camera.name == 'gate-fixed'"),
        ("{site: storm}", "site.storm && !site.maintenance"),
    ],
)
def test_a_condition_may_ask_what_its_trigger_tells(on: str, when: str) -> None:
    assert " && ".join(part.text for part in read(f"{on}\nwhen: {when}").when) == when


def test_a_condition_may_not_ask_about_somebody_where_nobody_is_the_cause() -> None:
    said = told("{occupied: yard, who: person}\nwhen: target.confidence > 0.5")

    assert "unknown name `target.confidence`" in said


def test_a_sentence_may_not_have_a_blank_that_its_trigger_cannot_fill() -> None:
    said = told(
        "{occupied: yard, who: person}",
        'do:\n  - alarm: {severity: low, say: "{count} in {zone}: {target}"}\n',
    )

    assert "unknown blank `{target}`" in said
    assert "blanks: {zone}, {count}" in said


def test_hysteresis_is_a_second_condition() -> None:
    policy = read(
        "{occupied: yard, who: person}\nwhen: zone.count >= 25\nclear_when: zone.count < 18"
    )

    assert [part.text for part in policy.clear_when] == ["zone.count < 18"]


def test_what_may_end_a_policy_needs_what_starts_it() -> None:
    said = told("{occupied: yard, who: person}\nclear_when: zone.count < 18")

    assert "the policy needs `when` beside `clear_when`" in said


def test_a_crossing_cannot_be_held_longer_than_it_is_told_of() -> None:
    assert "can never be held so long" in told("{crosses: gate-line, who: person}\nhold: 5s")
    assert read("{crosses: gate-line, who: person}\nhold: 4s").hold_s == 4.0


def test_a_line_that_ends_where_it_begins_is_refused() -> None:
    with pytest.raises(AuthorError, match="ends where it begins"):
        parsed_site(
            GOOD.replace("zones:\n", "lines:\n  dot: {from: [1, 1], to: [1, 1]}\nzones:\n"),
            "s.yaml",
        )
