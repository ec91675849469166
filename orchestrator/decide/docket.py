"""Which policies are in force, found by what can trigger them.

A docket is made once for a site, the calendars that are open and the policies that are paused. Whoever
is judged is looked up in it by kind and zone, so nobody is asked about a policy that is not about
them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from orchestrator.decide.facts import Way
from orchestrator.decide.rules import Rule, rules_of
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import Happening
from orchestrator.domain.calendar import CalendarName, in_force, shown_minute
from orchestrator.domain.ids import PolicyName, ZoneId
from orchestrator.domain.policy import Crosses, Enters, Leaves, Stays
from orchestrator.domain.same import Same
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Site
from orchestrator.domain.target import Target


@dataclass(frozen=True, slots=True, eq=False)
class Docket:
    """The policies of a site that are in force.

    ``known`` is every policy of the site, in force or not, ``standing`` who is; of these are
    ``by_place`` those whose cause is no target, and the others found by the kind of target.
    """

    known: Mapping[PolicyName, Rule]
    standing: frozenset[PolicyName]
    by_place: tuple[Rule, ...]
    in_zone: Mapping[Kind, Mapping[ZoneId, Sequence[Rule]]]
    crossing: Mapping[Kind, Sequence[Rule]]
    leaving: Mapping[Kind, Sequence[Rule]]

    def about(self, target: Target, happening: Happening) -> list[Rule]:
        """Return the policies that a target may trigger where it is, each once.

        In the usual case of one zone, or of one view to come, those are left out that facts deny
        for good.
        """
        name, kind = target.id, target.kind
        zones = happening.present.get(name, ())
        found: list[Rule] = []
        if len(zones) == 1:
            rules = self.in_zone[kind].get(zones[0].zone, ())
            found = _possible(rules, target, zones[0], happening)
        elif zones:
            every = (rule for one in zones for rule in self.in_zone[kind].get(one.zone, ()))
            found = list({rule.number: rule for rule in every}.values())
        if name in happening.crossed:
            found += self.crossing[kind]
        arrivals = happening.arriving.get(name, ())
        if len(arrivals) == 1:
            found += _possible(self.leaving[kind], target, arrivals[0], happening)
        elif arrivals:
            found += self.leaving[kind]
        return found


def _possible(rules: Sequence[Rule], target: Target, way: Way, happening: Happening) -> list[Rule]:
    """Return the rules that facts about a target in its only way do not deny for good."""
    return [rule for rule in rules if rule.possible(happening, target, way)]


def docket_of(tick: Tick) -> Docket:
    """Return the policies that are in force: by their calendars, and not paused."""
    same = Same(tick.site)
    return _docket(same, _open(same, shown_minute(tick.local)), frozenset(tick.desk.paused))


@lru_cache(maxsize=64)
def _open(key: Same[Site], minute: datetime) -> frozenset[CalendarName | None]:
    """Return which of the calendars that policies name hold in a minute of the site's clock."""
    site = key.value
    names = {policy.during for policy in site.policies.policies}
    return frozenset(name for name in names if in_force(name, site.calendars, minute))


@lru_cache(maxsize=64)
def _docket(
    key: Same[Site], now_open: frozenset[CalendarName | None], paused: frozenset[PolicyName]
) -> Docket:
    known = rules_of(key.value)
    rules = [
        rule
        for rule in known.values()
        if rule.policy.during in now_open and rule.policy.name not in paused
    ]
    return Docket(
        known=known,
        standing=frozenset(rule.policy.name for rule in rules),
        by_place=tuple(
            rule
            for rule in rules
            if not isinstance(rule.policy.on, Enters | Stays | Crosses | Leaves)
        ),
        in_zone={kind: _in_zones(rules, kind) for kind in Kind},
        crossing={kind: _of_kind(rules, kind, Crosses) for kind in Kind},
        leaving={kind: _of_kind(rules, kind, Leaves) for kind in Kind},
    )


def _in_zones(rules: Iterable[Rule], kind: Kind) -> Mapping[ZoneId, Sequence[Rule]]:
    """Return, zone by zone, the policies that a kind may trigger there."""
    found: dict[ZoneId, list[Rule]] = {}
    for rule in rules:
        on = rule.policy.on
        if isinstance(on, Enters | Stays) and kind in on.kinds:
            for zone in dict.fromkeys(on.zones):
                found.setdefault(zone, []).append(rule)
    return found


def _of_kind(rules: Iterable[Rule], kind: Kind, trigger: type[Crosses | Leaves]) -> Sequence[Rule]:
    """Return the policies with a trigger that a kind may set off."""
    return [
        rule
        for rule in rules
        if isinstance(on := rule.policy.on, Crosses | Leaves)
        and isinstance(on, trigger)
        and kind in on.kinds
    ]
