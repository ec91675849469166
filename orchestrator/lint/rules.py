"""The table of rules, and what all of them say of a site."""

from collections.abc import Mapping
from datetime import date

from orchestrator.domain.ids import PolicyName
from orchestrator.domain.site import Site
from orchestrator.lint import (
    closed,
    constant,
    neighbours,
    receivers,
    restless,
    rivals,
    tours,
    unknown,
    untested,
)
from orchestrator.lint.remark import Remark, Rule, Subject

RULES: tuple[Rule, ...] = (
    unknown.RULE,
    constant.RULE,
    rivals.SHADOWED,
    rivals.CONFLICTING,
    restless.RULE,
    closed.RULE,
    tours.RULE,
    neighbours.RULE,
    receivers.RULE,
    untested.RULE,
)
"""Every rule by its code. P001, a name that does not exist, is a mistake: `policy check` tells."""


def remarks(site: Site, cases: Mapping[PolicyName, int], today: date) -> tuple[Remark, ...]:
    """Return what every rule says of a site with its topology built, by file, line and code.

    ``cases`` is how many test cases each policy, patrol and privacy rule has. Schedules that one
    year keeps otherwise than the next (the sun, public holidays, changes of the clock) are judged
    for the year from ``today`` on.
    """
    subject = Subject(site, cases, today)
    found = [remark for rule in RULES for remark in rule.find(subject)]
    return tuple(sorted(found, key=_place))


def _place(remark: Remark) -> tuple[str, int, str, str]:
    if remark.source is None:
        return "", 0, remark.code, remark.says
    return remark.source.path, remark.source.line, remark.code, remark.says
