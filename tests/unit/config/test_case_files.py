"""A case file is read with every mistake at its place, and every name checked against the site."""

from pathlib import Path

import pytest

from orchestrator.config import read_site
from orchestrator.config.cases import parsed_case
from orchestrator.domain.ids import CameraId, TargetId, ViewId
from orchestrator.domain.imaging import Imaging, Mode
from orchestrator.domain.policy_case import (
    Alarms,
    Answers,
    Appears,
    Expects,
    Orders,
    PolicyCase,
    PutsBack,
    Sees,
    Shows,
    Trims,
    Vanishes,
)
from orchestrator.domain.sighting import GotoPreset, Kind, Release, TakeControl
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError

HEAD = """case: somebody walks in
site: config/demo
at: 2026-03-29T01:58+01:00
"""
EXPECT = "expect:\n  - {by: 2s, alarm: high}\n"


@pytest.fixture(scope="module")
def site() -> Site:
    return read_site(Path("config/demo"))


def case_of(site: Site, given: str = "", expect: str = EXPECT) -> PolicyCase:
    return parsed_case(HEAD + (f"given:\n{given}" if given else "") + expect, "case.yaml", site)


def test_who_turns_up_enters_stands_or_walks(site: Site) -> None:
    case = case_of(
        site,
        "  - {at: 4s, target: p3, walks: [[4, 9], [8, 9]], pace: 2 m/s, who: vehicle}\n"
        "  - {at: 0s, target: p1, enters: yard, confidence: 0.8}\n"
        "  - {at: 2s, target: p2, stands: [23, 18]}\n",
    )

    first, second, third = case.given
    assert isinstance(first, Appears)
    assert (first.target, first.kind, first.confidence) == ("p1", Kind.PERSON, 0.8)
    assert isinstance(second, Appears)
    assert (second.way, second.pace_mps) == (((23.0, 18.0),), 0.0)
    assert isinstance(third, Appears)
    assert (third.way, third.pace_mps, third.kind) == (
        ((4.0, 9.0), (8.0, 9.0)),
        2.0,
        Kind.VEHICLE,
    )


def test_hand_off_may_be_given_and_people_may_go(site: Site) -> None:
    case = case_of(
        site,
        "  - {at: 1s, target: p1, stands: [23, 18], leaves: corridor-fixed, in: 4s,"
        " towards: yard-ptz/gate, there: [5, 4], chance: 40 %}\n"
        "  - {at: 9s, target: p1, gone: true}\n",
    )

    walker, corridor, gate = TargetId("p1"), ViewId("corridor-fixed"), ViewId("yard-ptz/gate")
    assert Expects(1.0, walker, corridor, 5.0, gate, (5.0, 4.0), 0.4) in case.given
    assert case.given[-1] == Vanishes(9.0, walker)


def test_operators_go_take_and_release(site: Site) -> None:
    case = case_of(
        site,
        "  - {at: 0s, operator: anna, goto: {camera: dock-ptz, preset: bays}}\n"
        "  - {at: 1s, operator: anna, take: {camera: dock-ptz, for: 30s}}\n"
        "  - {at: 2s, operator: anna, release: dock-ptz}\n",
    )

    orders = [event.order for event in case.given if isinstance(event, Orders)]
    assert [type(order) for order in orders] == [GotoPreset, TakeControl, Release]


def test_expectations_are_what_they_say(site: Site) -> None:
    case = case_of(
        site,
        "  - {at: 0s, target: p1, enters: yard}\n",
        "expect:\n"
        "  - {by: 2s, camera: yard-ptz, looks_at: p1, because: after-hours-intrusion}\n"
        "  - {by: 3s, alarm: high}\n"
        "  - {by: 4s, answer: privacy}\n"
        "  - {never: {camera: dock-ptz, sees: rest-area}}\n",
    )

    aspects = [one.aspect for one in case.expect]
    assert [type(aspect) for aspect in aspects] == [Shows, Alarms, Answers, Sees]
    assert [one.by_s for one in case.expect] == [2.0, 3.0, 4.0, None]
    assert case.expect[3].source.line == 10
    assert case.length_s == 16.0, "what must never happen is looked for a while"


@pytest.mark.parametrize(
    ("given", "expect", "said", "hint"),
    [
        ("  - {at: 0s, target: p1, enters: yrad}\n", EXPECT, "unknown zone `yrad`", "`yard`"),
        ("  - {at: 0, target: p1, enters: yard}\n", EXPECT, "duration with its unit", "30s"),
        ("  - {at: 0s, target: p1}\n", EXPECT, "needs either `enters`, `stands` or `walks`", ""),
        ("  - {at: 0s, target: p1, walks: [[1, 1]]}\n", EXPECT, "at least 2 items", ""),
        ("  - {at: 0s, target: p1, enters: yard, confidence: 7}\n", EXPECT, "between 0 and 1", ""),
        ("  - {at: 0s, target: p9, gone: true}\n", EXPECT, "unknown target `p9`", ""),
        (
            "  - {at: 0s, operator: bob, release: dock-ptz}\n",
            EXPECT,
            "unknown operator `bob`",
            "anna",
        ),
        ("  - {at: 0s, operator: anna, dance: yes}\n", EXPECT, "unknown key `dance`", "goto"),
        ("  - {at: 0s, operator: anna, release: gate-fixed}\n", EXPECT, "cannot turn", ""),
        ("", "expect:\n  - {by: 2s, alarm: loud}\n", "unknown severity `loud`", "low"),
        ("", "expect:\n  - {by: 2s, looks_at: p1}\n", "unknown target `p1`", ""),
        ("", "expect:\n  - {by: 2s, because: nobody}\n", "unknown holder `nobody`", ""),
        ("", "expect:\n  - {by: 2s}\n", "say what is expected", "looks_at"),
        ("", "expect:\n  - {alarm: high}\n", "needs `by`", ""),
        ("", "expect:\n  - {never: {sees: moon}}\n", "unknown zone `moon`", ""),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write(
    site: Site, given: str, expect: str, said: str, hint: str
) -> None:
    with pytest.raises(AuthorError) as told:
        case_of(site, given, expect)

    text = str(told.value)
    assert said in text
    assert hint in text
    assert "case.yaml:5:" in text or "case.yaml:6:" in text


def test_a_moment_without_its_offset_is_refused(site: Site) -> None:
    text = HEAD.replace("+01:00", "") + EXPECT

    with pytest.raises(AuthorError, match="with its offset"):
        parsed_case(text, "case.yaml", site)


def test_pictures_and_functions_are_expected_set_and_put_back(site: Site) -> None:
    case = case_of(
        site,
        expect="expect:\n"
        "  - {by: 2s, camera: yard-fixed, set: {brightness: 60 %, ir_cut: off}}\n"
        '  - {by: 3s, runs: "tt:Wiper|On", because: after-hours-intrusion}\n'
        "  - {by: 9s, put_back: [brightness, tt:Wiper]}\n",
    )

    assert [one.aspect for one in case.expect] == [
        Trims(CameraId("yard-fixed"), Imaging(brightness=0.6, ir_cut=Mode.OFF), "", None),
        Trims(None, Imaging(), "tt:Wiper|On", "after-hours-intrusion"),
        PutsBack(None, ("brightness", "tt:Wiper")),
    ]


def test_a_setting_that_does_not_exist_is_told_with_the_nearest(site: Site) -> None:
    with pytest.raises(AuthorError) as caught:
        case_of(site, expect="expect:\n  - {by: 2s, put_back: [brightnes]}\n")

    assert "did you mean `brightness`?" in str(caught.value)
