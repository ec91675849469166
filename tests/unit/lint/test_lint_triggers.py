"""Policies of every trigger are compared by what they are about, and only where that is sure."""

from dataclasses import replace

import pytest

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.domain.site import Site
from orchestrator.lint import Remark
from orchestrator.topology import built
from tests.fakes.arbitration_site import BENCH, SITE, passport
from tests.fakes.remarked_site import filled
from tests.fakes.remarked_site import said as said_of

LINES = "lines:\n  fence: {from: [0, 14], to: [40, 14]}\n  gate: {from: [0, 2], to: [9, 2]}\n"
SOUTH = "do:\n  - look: {at: {camera: west-ptz, preset: south}, for: 30s}"
NORTH = "do:\n  - look: {at: {camera: west-ptz, preset: north}, for: 10s}"


def yard(*fragments: str) -> Site:
    text = SITE.replace("calendars:\n", f"{LINES}flags: {{storm: false}}\ncalendars:\n")
    site = parsed_site(text, "site.yaml")
    files = [(f"p/{number}.yaml", filled(rule)) for number, rule in enumerate(fragments)]
    site = replace(site, policies=parsed_policies(files, site))
    passports = {camera.id: passport(site, camera.id) for camera in site.cameras}
    return replace(site, topology=built(site, passports))


def said(*fragments: str) -> list[Remark]:
    return said_of(yard(*fragments))


def codes(*fragments: str) -> list[str]:
    return [remark.code for remark in said(*fragments)]


def rivals(one: str, other: str) -> list[str]:
    """Return the codes of what is said of a strong policy and a weak one with these triggers."""
    strong = f"policy: strong\nband: alarm\non: {one}\n{SOUTH}"
    return codes(strong, f"policy: weak\nband: analytics\non: {other}\n{NORTH}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{enters: south, who: person}", "{stays: south, who: person, for: 9s}"),
        ("{stays: south, who: person, for: 5s}", "{stays: south, who: person, for: 9s}"),
        ("{crosses: [fence, gate], who: person}", "{crosses: gate, who: person, towards: in}"),
        ("{occupied: [south, north], who: [person, bike]}", "{occupied: south, who: person}"),
        ("{reports: [tamper, motion]}", "{reports: tamper, from: fixed}"),
        ("{site: storm}", "{site: storm}"),
    ],
)
def test_a_trigger_that_a_wider_one_always_goes_with_is_shadowed(one: str, other: str) -> None:
    assert rivals(one, other) == ["P003"]
    if one != other:
        assert rivals(other, one) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{occupied: south, who: person}", "{enters: south, who: person}"),
        ("{reports: tamper, from: fixed}", "{reports: tamper}"),
        ("{crosses: gate, who: person, towards: in}", "{crosses: gate, who: person, towards: out}"),
        ("{site: storm}", "{site: maintenance}"),
    ],
)
def test_triggers_that_need_not_go_together_shadow_nobody(one: str, other: str) -> None:
    assert rivals(one, other) == []


def test_a_weak_policy_that_goes_on_until_it_may_clear_gets_its_camera_at_last() -> None:
    on = "on: {occupied: south, who: person}\nwhen: zone.count > 5\n"
    strong = f"policy: strong\nband: alarm\n{on}{SOUTH}"
    weak = f"policy: weak\nband: analytics\n{on}clear_when: zone.count < 3\n{NORTH}"

    assert codes(strong, weak.replace("clear_when: zone.count < 3\n", "")) == ["P003"]
    assert codes(strong, weak) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("{occupied: south, who: person}", "{occupied: [south, north], who: person}", ["P004"]),
        ("{occupied: south, who: person}", "{occupied: north, who: person}", []),
        ("{reports: tamper}", "{reports: motion, from: fixed}", ["P004"]),
        ("{reports: tamper, from: west-ptz}", "{reports: motion, from: fixed}", []),
        ("{crosses: gate, who: person}", "{crosses: gate, who: person, towards: in}", ["P004"]),
        ("{crosses: gate, who: person, towards: in}", "{crosses: gate, who: bike}", []),
        ("{stays: south, who: person, for: 9s}", "{enters: bench, who: person}", []),
        ("{stays: north, who: person, for: 9s}", "{enters: bench, who: person}", ["P004"]),
    ],
)
def test_two_triggers_of_one_band_conflict_where_one_cause_can_start_both(
    one: str, other: str, found: list[str]
) -> None:
    first = f"policy: first\nhold: 1s\non: {one}\n{SOUTH}"
    second = f"policy: second\nhold: 1s\non: {other}\n{NORTH}"

    assert codes(first, second) == found


@pytest.mark.parametrize(
    ("on", "when", "says"),
    [
        ("{occupied: south, who: person}", "zone.count >= 1", "always true"),
        ("{stays: south, who: person, for: 9s}", "zone.since_s < 9", "never true"),
        ("{crosses: fence, who: person, towards: in}", "line.towards == 'out'", "never true"),
        ("{crosses: fence, who: person}", "line.since_s > 60", "never true"),
        ("{reports: tamper}", "report.kind == 'motion'", "never true"),
        ("{reports: tamper, from: fixed}", "camera.name == 'fixed'", "always true"),
        ("{enters: south, who: person}", "target.still_s < 0", "never true"),
    ],
)
def test_a_condition_is_judged_by_what_its_trigger_can_tell(on: str, when: str, says: str) -> None:
    [found] = said(f"policy: odd\non: {on}\nwhen: {when}\ndo:\n  - look: {{at: south, for: 20s}}")

    assert found.code == "P002"
    assert says in found.says


@pytest.mark.parametrize(
    ("clear_when", "found"),
    [
        ("zone.count < 18", []),
        ("zone.count < 26", ["P002"]),
        ("zone.count < 25", ["P002"]),
        ("zone.count < 1", []),
    ],
)
def test_hysteresis_without_room_is_remarked_on(clear_when: str, found: list[str]) -> None:
    policy = (
        "policy: crowd\non: {occupied: south, who: person}\nwhen: zone.count >= 25\n"
        f"clear_when: {clear_when}\ndo:\n  - look: {{at: zone, for: 20s}}"
    )

    assert codes(policy) == found


def test_a_crowd_in_a_zone_that_may_not_be_looked_at_is_told() -> None:
    policy = "policy: crowd\non: {occupied: [south, bench], who: person}\ndo:\n  - look: {at: zone, for: 20s}"

    [found] = said(policy, BENCH)

    assert found.code == "P006"
    assert "`crowd` looks at `bench`" in found.says
