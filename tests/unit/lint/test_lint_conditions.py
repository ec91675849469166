"""P002: what a condition can never be, and what it cannot help being."""

import pytest

from tests.fakes.remarked_site import codes, said, written

LEAVES = "policy: ahead\non: {leaves: any view, who: [person, bike], within: 4s}\n"


@pytest.mark.parametrize(
    "when",
    [
        "target.confidence >= 1.5",
        "target.speed_mps < 0",
        "target.age_s > 5 && target.age_s < 3",
        "target.age_s > 5 && target.age_s <= 5",
        "target.speed_mps == 2 && target.speed_mps != 2",
        "!(target.confidence <= 1)",
        "target.kind == 'vehicle'",
        "zone.name == 'bench'",
        "zone.name in ['bench', 'cellar']",
        "'cellar' in target.zones",
        "'north' in target.zones && !('north' in target.zones)",
        "target.id == 'T1' && target.id == 'T2'",
        "site.maintenance && !site.maintenance",
        "false",
    ],
)
def test_a_condition_that_nothing_meets_never_starts_its_policy(when: str) -> None:
    [found] = said(written(f'policy: idle\nwhen: "{when}"'))

    assert found.code == "P002"
    assert "never" in found.says
    assert "`idle` never starts" in found.says


@pytest.mark.parametrize(
    "when",
    [
        "target.confidence >= 0",
        "target.speed_mps >= 2 || target.speed_mps < 2",
        "target.age_s > 3 || target.age_s < 5",
        "target.kind == 'person'",
        "zone.name in ['north', 'south']",
        "zone.name != 'bench'",
        "target.id == 'T1' || target.id != 'T1'",
        "true",
    ],
)
def test_a_clause_that_always_holds_asks_nothing(when: str) -> None:
    [found] = said(written(f'policy: any\nwhen: "{when}"'))

    assert found.code == "P002"
    assert found.says.startswith(f"`{when}` is always true")


@pytest.mark.parametrize(
    "when",
    [
        "target.confidence >= 1",
        "target.confidence > 0",
        "target.speed_mps <= 0",
        "target.age_s > 3 && target.age_s < 5",
        "target.age_s >= 5 && target.age_s <= 5",
        "target.age_s > 5 || target.age_s < 3",
        "zone.name == 'north'",
        "zone.name in ['north', 'bench']",
        "'north' in target.zones && !('south' in target.zones)",
        "'west-ptz' in target.cameras",
        "!site.maintenance",
        "target.id == 'T1'",
        "target.age_s > zone.since_s",
    ],
)
def test_a_condition_that_depends_is_not_remarked_on(when: str) -> None:
    assert codes(f'policy: depends\nwhen: "{when}"') == []


def test_the_clauses_that_exclude_each_other_are_named_among_others() -> None:
    when = "target.confidence >= 0.5 && target.age_s > 5 && !site.maintenance && target.age_s < 3"

    [found] = said(written(f'policy: idle\nwhen: "{when}"'))

    assert found.says == (
        "`target.age_s > 5` and `target.age_s < 3` are never true together, so `idle` never starts"
    )


def test_what_is_known_of_the_name_is_the_hint() -> None:
    [found] = said(written("policy: idle\nwhen: target.confidence >= 1.5"))

    assert found.hint == "`target.confidence` is at least 0 and at most 1"


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("arrival.leaves_in_s > 5", ["P002"]),
        ("arrival.leaves_in_s > 3", []),
        ("arrival.leaves_in_s <= 4", ["P002"]),
        ("arrival.probability > 1", ["P002"]),
        ("arrival.probability > 0.2", []),
        ("target.kind == 'bike'", []),
        ("target.kind == 'vehicle'", ["P002"]),
        ("arrival.camera == 'west-ptz'", []),
        ("arrival.camera == 'wset-ptz'", ["P002"]),
    ],
)
def test_what_a_trigger_says_is_known_to_its_condition(when: str, expected: list[str]) -> None:
    assert codes(f'{LEAVES}when: "{when}"\ndo:\n  - look: {{at: next view, for: 15s}}') == expected


def test_more_cases_than_can_be_tried_are_left_alone() -> None:
    names = ("confidence", "speed_mps", "age_s")
    parts = [f"target.{name} == 0.{step}" for name in names for step in range(1, 9)]
    never = "target.speed_mps == 9 && !(target.speed_mps == 9)"

    assert codes(f"policy: long\nwhen: ({' || '.join(parts[:20])}) || ({never})") == []
