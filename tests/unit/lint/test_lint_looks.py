"""P005 to P009: restless policies, closed presets, late tours, lonely views, alarms for nobody."""

from dataclasses import replace

import pytest

from orchestrator.domain.ids import PersonName
from orchestrator.domain.site import Person
from orchestrator.domain.topology import Topology
from tests.fakes.remarked_site import BENCH, codes, east_apart, said, written

GLANCE = "policy: glance\ndo:\n  - look: {at: target, for: 2s}"
SHOUT = 'policy: shout\ndo:\n  - alarm: {severity: high, say: "Person in {zone}", to: desk}'
ROUND = "patrol: round\nstops:\n  - {camera: east-ptz, preset: bench, dwell: 4s}\n"
AHEAD = "policy: ahead\non: {leaves: any view, who: person, within: 4s}\n"


def test_a_short_look_that_nothing_steadies_sends_a_head_to_and_fro() -> None:
    [found] = said(written(GLANCE))

    assert found.code == "P005"
    assert str(found.source) == "policies/0/policy.yaml:3"


@pytest.mark.parametrize(
    "steady",
    [f"{GLANCE}\nhold: 1s", f"{GLANCE}\nclear: 1s", GLANCE.replace("2s", "4s")],
)
def test_a_look_that_something_steadies_is_calm(steady: str) -> None:
    assert codes(steady) == []


def test_an_alarm_that_nothing_steadies_is_raised_again_and_again() -> None:
    assert codes(SHOUT) == ["P005"]


@pytest.mark.parametrize("line", ["hold: 1s", "clear: 1s", "cooldown: 60s"])
def test_an_alarm_that_something_steadies_is_calm(line: str) -> None:
    assert codes(f"{SHOUT}\n{line}") == []


def test_a_look_beside_an_alarm_steadies_both() -> None:
    assert codes(f"{SHOUT}\n  - look: {{at: target, for: 20s}}") == []


def test_a_cooldown_shorter_than_a_camera_stays_keeps_nothing_quiet() -> None:
    assert codes("policy: short\ncooldown: 1s") == ["P005"]
    assert codes("policy: short\ncooldown: 2s") == []


def test_a_stop_that_shows_a_bench_in_its_break_is_told_with_the_hour() -> None:
    [found] = said(written(f"{ROUND}during: night", BENCH))

    assert found.code == "P006"
    assert str(found.source) == "policies/0/policy.yaml:3"
    assert found.says == (
        "`bench` of `east-ptz` shows `bench`, which `bench` closes to looking at 23:00:"
        " `round` is refused it then"
    )


def test_a_stop_at_other_hours_or_under_a_rule_about_other_acts_is_fine() -> None:
    other = BENCH.replace("never: [look, record, detect, identify]", "never: [identify]")

    assert codes(f"{ROUND}during: night", other) == []
    assert codes(f"{ROUND}during: night", BENCH.replace("during: break", "during: day")) == []


def test_a_look_that_names_a_closed_preset_or_zone_is_told() -> None:
    preset = "policy: watch\ndo:\n  - look: {at: {camera: east-ptz, preset: bench}, for: 20s}"
    zone = "policy: watch\ndo:\n  - look: {at: bench, for: 20s}"

    assert codes(preset, BENCH) == ["P006"]
    assert codes(zone, BENCH) == ["P006"]
    assert codes(zone.replace("at: bench", "at: south"), BENCH) == []


def test_hours_that_meet_on_a_date_alone_are_told_with_may() -> None:
    [found] = said(written(f"{ROUND}during: feast", BENCH))

    assert "may close to looking on 2026-12-25 at 23:00" in found.says


def test_turns_are_part_of_a_tour() -> None:
    stops = (
        "stops:\n  - {camera: west-ptz, preset: south, dwell: 6s}\n"
        "  - {camera: west-ptz, preset: north, dwell: 6s}\n"
    )

    assert codes(f"patrol: round\nevery: 13s\n{stops}") == ["P007"]
    assert codes(f"patrol: round\nevery: 14s\n{stops}") == []


def test_each_camera_walks_its_own_stops() -> None:
    stops = (
        "stops:\n  - {camera: west-ptz, preset: south, dwell: 6s}\n"
        "  - {camera: east-ptz, preset: north, dwell: 6s}\n"
    )

    assert codes(f"patrol: round\nevery: 10s\n{stops}") == []


@pytest.mark.parametrize("rule", ["patrol: round", "policy: idle", "privacy: rest"])
def test_a_rule_whose_hours_never_come_is_told(rule: str) -> None:
    assert codes(f"{rule}\nduring: never") == ["P007"]
    assert codes(f"{rule}\nduring: day") == []


def test_a_hand_off_needs_a_neighbour_for_one_of_its_cameras() -> None:
    apart = east_apart(
        written(f"{AHEAD}do:\n  - look: {{at: next view, with: [east-ptz], for: 15s}}")
    )
    best = east_apart(written(f"{AHEAD}do:\n  - look: {{at: next view, for: 15s}}"))

    assert [remark.code for remark in said(apart)] == ["P008"]
    assert said(best) == []


def test_a_site_whose_views_are_all_apart_hands_nobody_over() -> None:
    site = written(f"{AHEAD}do:\n  - look: {{at: next view, for: 15s}}")
    apart = replace(site, topology=replace(site.topology, overlaps=(), passages=()))

    [found] = said(apart)

    assert found.code == "P008"
    assert "no view of `west-ptz`, `east-ptz` overlaps" in found.says


def test_a_hand_off_is_not_judged_while_presets_are_unknown() -> None:
    site = written(f"{AHEAD}do:\n  - look: {{at: next view, for: 15s}}")

    assert [remark.code for remark in said(replace(site, topology=Topology()))] == ["P000"]


def test_an_alarm_for_nobody_or_for_somebody_without_an_address_is_told() -> None:
    calm = f"{SHOUT}\nhold: 1s"
    site = written(calm)

    assert codes(calm.replace(", to: desk", "")) == ["P009"]
    assert said(site) == []
    [found] = said(replace(site, people=(Person(PersonName("desk")),)))
    assert found.says == "the alarm of `shout` is for `desk`, who has no address"


def test_an_escalation_that_comes_back_is_told() -> None:
    calm = SHOUT.replace("to: desk", "to: desk, acknowledge_within: 2m, then: desk")

    [found] = said(written(f"{calm}\nhold: 1s"))

    assert found.code == "P009"
    assert found.says == "the alarm of `shout` escalates to `desk`, who is told already"
