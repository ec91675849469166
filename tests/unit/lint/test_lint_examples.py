"""The page of remarks shows, for every rule, what is remarked on and what is not: both are run."""

from dataclasses import replace

import pytest

from orchestrator.domain.ids import PolicyName
from orchestrator.domain.site import Site
from orchestrator.domain.topology import Topology
from orchestrator.lint import RULES, Rule, remarks
from tests.fakes.arbitration_site import BENCH
from tests.fakes.remarked_site import TODAY, east_apart, said, written

_IN_FILES = {"P000", "P010"}
"""What these two find is no text of a policy: they have tests of their own, below."""
RUN = [rule for rule in RULES if rule.code not in _IN_FILES]
NIGHTLY = BENCH.replace("during: break", "during: night")


def _yard(rule: Rule, example: str) -> Site:
    """Return the yard with an example, and with what the example is about."""
    site = written(example, NIGHTLY) if rule.code == "P006" else written(example)
    return east_apart(site) if rule.code == "P008" else site


@pytest.mark.parametrize("rule", RUN, ids=lambda rule: rule.code)
def test_what_the_page_says_to_avoid_is_remarked_on(rule: Rule) -> None:
    assert {remark.code for remark in said(_yard(rule, rule.avoid))} == {rule.code}


@pytest.mark.parametrize("rule", RUN, ids=lambda rule: rule.code)
def test_what_the_page_says_to_prefer_is_not(rule: Rule) -> None:
    assert said(_yard(rule, rule.prefer)) == []


def test_the_codes_are_in_order_and_each_is_there_once() -> None:
    codes = [rule.code for rule in RULES]

    assert codes == sorted(set(codes))


def test_unknown_presets_are_told_once_and_first() -> None:
    site = replace(written("policy: one", "policy: two"), topology=Topology())

    [first, *_] = remarks(site, {}, TODAY)

    assert first.code == "P000"
    assert first.source is None
    assert str(first).startswith("P000 presets of `west-ptz`, `east-ptz` are not known")
    assert [remark.code for remark in said(site)] == ["P000"]


def test_a_rule_without_a_case_is_named_and_one_with_a_case_is_not() -> None:
    site = written("policy: tried", "patrol: untried")

    [found] = remarks(site, {PolicyName("tried"): 1, PolicyName("untried"): 0}, TODAY)

    assert str(found) == (
        "policies/1/policy.yaml:1: P010 `untried` has no test case, so nobody knows what it does"
        " before it does it (write one: `policies/1/cases/NAME.yaml`)"
    )


def test_remarks_stand_in_the_order_of_files_and_lines() -> None:
    site = written('policy: loud\ndo:\n  - alarm: {severity: low, say: "!"}', "patrol: round")

    places = [str(remark.source) for remark in remarks(site, {}, TODAY)]

    assert len(places) > 2
    assert places == sorted(places)
