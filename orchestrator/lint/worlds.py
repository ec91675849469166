"""Every case that a condition can tell apart, and whether it holds in all of them or in none.

A comparison with a literal only changes its answer at that literal. So a name is tried at each
literal it is compared with, between every two of them and beyond them, within what is known of the
name; the combinations are judged by the very judge that acts on them. Names are taken as
independent of each other: there are then more cases than can happen, so that what holds in all or
in none of them certainly does.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

from orchestrator.decide.facts import Facts
from orchestrator.decide.judge import truth_of
from orchestrator.domain.condition import (
    Compare,
    Condition,
    Field,
    Literal,
    Sort,
    Value,
    fields_of,
    nodes_of,
)
from orchestrator.domain.policy import (
    Crosses,
    Enters,
    Leaves,
    Occupied,
    Reports,
    Stays,
    Towards,
    Trigger,
    kinds_of,
)
from orchestrator.domain.site import Site
from orchestrator.domain.target import CROSSED_S

MOST_WORLDS = 20_000
"""More combinations than this are not tried; nothing is said of such a condition."""

_SHARE = (0.0, 1.0)
_NOT_LESS_THAN_ZERO = (0.0, math.inf)
RANGES: Mapping[str, tuple[float, float]] = {
    "target.confidence": _SHARE,
    "target.speed_mps": _NOT_LESS_THAN_ZERO,
    "target.age_s": _NOT_LESS_THAN_ZERO,
    "target.still_s": _NOT_LESS_THAN_ZERO,
    "zone.since_s": _NOT_LESS_THAN_ZERO,
    "zone.count": (1.0, math.inf),
    "zone.density": _NOT_LESS_THAN_ZERO,
    "zone.still_s": _NOT_LESS_THAN_ZERO,
    "line.since_s": (0.0, CROSSED_S),
    "report.since_s": _NOT_LESS_THAN_ZERO,
    "arrival.probability": _SHARE,
    "arrival.earliest_in_s": _NOT_LESS_THAN_ZERO,
}
"""What numbers can be, by name; two depend on the trigger."""
_OTHER = "?"
"""Stands for every text that a condition does not name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the names of a policy, by its trigger and its site."""

    on: Trigger
    site: Site

    def span(self, path: str) -> tuple[float, float]:
        """Return the least and the most that a number can be."""
        if path == "arrival.leaves_in_s" and isinstance(self.on, Leaves):
            return -math.inf, self.on.within_s
        if path == "zone.since_s" and isinstance(self.on, Stays):
            return self.on.for_s, math.inf
        return RANGES.get(path, (-math.inf, math.inf))

    def texts(self, path: str) -> tuple[str, ...] | None:
        """Return what a text can be, or what a list can hold; None when it can be anything."""
        match path:
            case "target.kind":
                return tuple(kind.name.lower() for kind in kinds_of(self.on))
            case "zone.name" | "line.name" | "line.towards" | "camera.name" | "report.kind":
                return self._told(path)
            case "target.zones":
                return tuple(zone.id for zone in self.site.zones)
            case "target.cameras" | "arrival.camera":
                return tuple(camera.id for camera in self.site.cameras)
            case _:
                return None

    def _told(self, path: str) -> tuple[str, ...] | None:
        """Return what a text can be that the trigger itself says."""
        match self.on, path:
            case Enters(zones=zones) | Stays(zones=zones) | Occupied(zones=zones), "zone.name":
                return zones
            case Crosses(lines=lines), "line.name":
                return lines
            case Crosses(towards=towards), "line.towards":
                return ("in", "out") if towards is Towards.BOTH else (towards.value,)
            case Reports(cameras=cameras), "camera.name":
                return cameras or tuple(camera.id for camera in self.site.cameras)
            case Reports(reports=reports), "report.kind":
                return tuple(report.value for report in reports)
            case _:
                return ()

    def words(self, field: Field) -> str:
        """Return what is known of a name in words; empty when nothing is."""
        if field.sort is Sort.NUMBER:
            low, high = self.span(field.path)
            ends = [f"at least {low:g}"] if low > -math.inf else []
            ends += [f"at most {high:g}"] if high < math.inf else []
            return f"`{field.path}` is {' and '.join(ends)}" if ends else ""
        texts = self.texts(field.path) if field.sort is Sort.TEXT else None
        return f"`{field.path}` is {_one_of(texts)}" if texts else ""


def _one_of(texts: Sequence[str]) -> str:
    return " or ".join(f"`{text}`" for text in texts)


def verdict(condition: Condition, known: Known) -> bool | None:
    """Return whether a condition always holds or never does; None when that depends.

    >>> from orchestrator.domain.site import Plan
    >>> nowhere = Known(Leaves((), 5.0), Site("nowhere", "UTC", Plan(1.0, 1.0), ()))
    >>> sure = Field("target.confidence", Sort.NUMBER)
    >>> verdict(Compare(">=", sure, Literal(1.5)), nowhere)
    False
    """
    worlds = _worlds(condition, known)
    if worlds is None:
        return None
    holds, first = truth_of([condition]), None
    for facts in worlds:
        now = holds(facts)
        if first is None:
            first = now
        elif now is not first:
            return None
    return first


def _worlds(condition: Condition, known: Known) -> Iterator[Facts] | None:
    """Return the facts of every case; None where two names are compared, or cases are too many."""
    mentioned: dict[str, list[float | str]] = {}
    for node in nodes_of(condition):
        if isinstance(node, Compare):
            if _compares_names(node):
                return None
            _mention(node, mentioned)
    fields = fields_of(condition)
    choices = [
        _CHOICES[field.sort](field.path, mentioned.get(field.path, []), known) for field in fields
    ]
    if math.prod(len(choice) for choice in choices) > MOST_WORLDS:
        return None
    paths = [field.path for field in fields]
    return (dict(zip(paths, values, strict=True)) for values in product(*choices))


def _compares_names(node: Compare) -> bool:
    """Say whether a comparison is between two names whose values cannot be listed."""
    sides = node.left, node.right
    return all(isinstance(side, Field) and side.sort is not Sort.TRUTH for side in sides)


def _mention(node: Compare, mentioned: dict[str, list[float | str]]) -> None:
    """Note the literals that a name is compared with."""
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(side, Field) and isinstance(other, Literal):
            value = other.value
            mentioned.setdefault(side.path, []).extend(
                value if isinstance(value, tuple) else (value,)
            )


def _numbers(path: str, mentioned: Sequence[float | str], known: Known) -> list[Value]:
    """Return a number's ends, the literals between them, and one number in every gap."""
    low, high = known.span(path)
    within = sorted({float(each) for each in mentioned if low <= float(each) <= high})
    first = low if low > -math.inf else min([*within, 0.0 if high == math.inf else high]) - 1
    last = high if high < math.inf else max([*within, first]) + 1
    ends = sorted({first, *within, last})
    return [*ends, *((before + after) / 2 for before, after in pairwise(ends))]


def _texts(path: str, mentioned: Sequence[float | str], known: Known) -> list[Value]:
    """Return the texts that a condition names, and one that it does not, if there can be one."""
    named = dict.fromkeys(str(each) for each in mentioned)
    possible = known.texts(path)
    if possible is None:
        return [*named, _OTHER]
    others = [text for text in possible if text not in named]
    return [*(text for text in named if text in possible), *others[:1]]


def _lists(path: str, mentioned: Sequence[float | str], known: Known) -> list[Value]:
    """Return every choice of the texts that a condition looks for in a list."""
    possible = known.texts(path)
    items = [
        text
        for text in dict.fromkeys(each for each in mentioned if isinstance(each, str))
        if possible is None or text in possible
    ]
    return [chosen for size in range(len(items) + 1) for chosen in combinations(items, size)]


def _truths(path: str, mentioned: Sequence[float | str], known: Known) -> list[Value]:
    """Return both: a site's flag is there to be switched."""
    del path, mentioned, known
    return [False, True]


_CHOICES: Mapping[Sort, Callable[[str, Sequence[float | str], Known], list[Value]]] = {
    Sort.NUMBER: _numbers,
    Sort.TEXT: _texts,
    Sort.LIST: _lists,
    Sort.TRUTH: _truths,
}
