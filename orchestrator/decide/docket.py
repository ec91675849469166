"""Which policies are in force, found by what can trigger them.

A docket is made once for a site, the calendars that are open and the policies that are paused. Whoever
is judged is looked up in it by kind and zone, so nobody is asked about a policy that is not about
them.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

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
    in_zone: Mapping[tuple[Kind, ZoneId], tuple[Rule, ...]]
    crossing: Mapping[Kind, tuple[Rule, ...]]
    leaving: Mapping[Kind, tuple[Rule, ...]]

    def about(self, target: Target, happening: Happening) -> Sequence[Rule]:
        """Return the policies that a target may trigger where it is, each once.

        In the usual case of one zone, those are left out that its facts deny for good.
        """
        name, kind = target.id, target.kind
        zones = happening.present.get(name, ())
        found: Sequence[Rule] = ()
        if len(zones) == 1:
            facts = happening.facts_of(target, zones[0])
            rules = self.in_zone.get((kind, zones[0].zone), ())
            found = [rule for rule in rules if rule.sure(facts)]
        elif zones:
            every = (rule for one in zones for rule in self.in_zone.get((kind, one.zone), ()))
            found = tuple({rule.number: rule for rule in every}.values())
        if name in happening.crossed:
            found = (*found, *self.crossing.get(kind, ()))
        if name in happening.arriving:
            found = (*found, *self.leaving.get(kind, ()))
        return found


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
        in_zone=_grouped(_in_zones(rules)),
        crossing=_grouped(_of_kinds(rules, Crosses)),
        leaving=_grouped(_of_kinds(rules, Leaves)),
    )


def _in_zones(rules: Iterable[Rule]) -> Iterator[tuple[tuple[Kind, ZoneId], Rule]]:
    for rule in rules:
        on = rule.policy.on
        if isinstance(on, Enters | Stays):
            yield from (((kind, zone), rule) for kind in set(on.kinds) for zone in set(on.zones))


def _of_kinds(
    rules: Iterable[Rule], trigger: type[Crosses | Leaves]
) -> Iterator[tuple[Kind, Rule]]:
    for rule in rules:
        on = rule.policy.on
        if isinstance(on, Crosses | Leaves) and isinstance(on, trigger):
            yield from ((kind, rule) for kind in set(on.kinds))


_Key = TypeVar("_Key", bound=Hashable)


def _grouped(pairs: Iterable[tuple[_Key, Rule]]) -> Mapping[_Key, tuple[Rule, ...]]:
    found: dict[_Key, tuple[Rule, ...]] = {}
    for key, rule in pairs:
        found[key] = (*found.get(key, ()), rule)
    return found
