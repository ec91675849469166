"""The fingerprint: equal where authors mean the same, another where they do not."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.domain.fingerprint import fingerprint_of
from orchestrator.domain.ids import ZoneId
from orchestrator.domain.site import Site, Zone
from tests.fakes.arbitration_site import AHEAD, BENCH, INTRUSION, SITE, TOUR, yard

RULES = {"a": INTRUSION, "b": AHEAD, "c": TOUR, "d": BENCH}


def read(site: str = SITE, rules: Mapping[str, str] = RULES) -> Site:
    parsed = parsed_site(site, "site.yaml")
    files = [(f"policies/{name}/policy.yaml", text) for name, text in rules.items()]
    return replace(parsed, policies=parsed_policies(files, parsed))


def test_comments_order_of_keys_and_places_do_not_count() -> None:
    first, *rest = AHEAD.splitlines()
    because = rest.pop(1)
    said = "\n".join(("# who leaves", "", first, because, *rest))

    assert fingerprint_of(read(rules=RULES | {"b": said})) == fingerprint_of(read())
    assert fingerprint_of(read(f"# the yard\n{SITE}")) == fingerprint_of(read())


def test_what_was_asked_or_computed_does_not_count() -> None:
    site = yard(*RULES.values())

    assert fingerprint_of(replace(site, awaiting=("x",), fingerprint="y")) == fingerprint_of(read())


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("a", ">= 0.5", ">= 0.6"),
        ("a", "hold: 500ms", "hold: 501ms"),
        ("a", "[south, north]", "[north, south]"),
        ("b", "within: 4s", "within: 5s"),
        ("c", "dwell: 4s", "dwell: 5s"),
        ("d", "never: [look, record", "never: [record"),
        ("d", "during: break", "during: night"),
    ],
)
def test_whatever_a_rule_says_counts(name: str, old: str, new: str) -> None:
    rules = RULES | {name: RULES[name].replace(old, new, 1)}

    assert fingerprint_of(read(rules=rules)) != fingerprint_of(read())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("22:00 to 05:00", "22:00 to 05:01"),
        ("[34, 26]", "[34, 26.5]"),
        ("operator_hold: 60s", "operator_hold: 61s"),
        ("desk@yard.example", "door@yard.example"),
    ],
)
def test_whatever_the_site_file_says_counts(old: str, new: str) -> None:
    assert fingerprint_of(read(SITE.replace(old, new, 1))) != fingerprint_of(read())


def test_a_rule_less_or_in_another_place_is_another_set() -> None:
    fewer = {name: text for name, text in RULES.items() if name != "d"}
    turned = dict(reversed(RULES.items()))

    prints = {fingerprint_of(read(rules=rules)) for rules in (RULES, fewer, turned)}
    assert len(prints) == 3


def test_it_is_sixty_four_digits_of_which_people_compare_twelve() -> None:
    site = replace(read(), fingerprint=fingerprint_of(read()))

    assert len(site.fingerprint) == 64
    assert site.fingerprint.startswith(site.short_fingerprint)
    assert len(site.short_fingerprint) == 12


def test_one_zone_named_as_two_points_is_not_two_zones() -> None:
    site = read()
    split = Zone(ZoneId("a',(('b"), ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    plain = Zone(ZoneId("a"), ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))

    assert fingerprint_of(replace(site, zones=(split,))) != fingerprint_of(
        replace(site, zones=(plain,))
    )
