"""How the rules of a site hang together, as a networkx graph: what `policy graph` tells and draws.

Nodes are named ``KIND NAME`` and have ``kind`` (``calendar``, ``cause``, ``zone``, ``policy``,
``patrol``, ``privacy``, ``camera``, ``person``), ``name``, and ``says``, a line more; rules also
have their ``band`` and its ``rank``, 0 the strongest. Edges have ``kind`` and ``says``: a calendar ``rules`` when a rule holds, a cause
or zone ``starts`` it, a rule ``claims`` a camera, ``sets`` its picture or an auxiliary
function, ``tells`` a person and ``closes`` a zone, and two
that can want one camera at one time ``compete``, from the stronger to the weaker.
"""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

import networkx as nx

from orchestrator.decide.triggers.spoken import spoken
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import USUAL_PRIORITY, Band
from orchestrator.domain.policy import (
    Action,
    AtNextView,
    AtPark,
    AtPreset,
    AtTarget,
    AtZone,
    Crosses,
    Enters,
    Flagged,
    Look,
    Occupied,
    Patrol,
    Policy,
    PrivacyRule,
    Raise,
    Reports,
    RunAuxiliary,
    RunPatrol,
    SetImaging,
    Stays,
    Trigger,
)
from orchestrator.domain.site import Site
from orchestrator.lint.hours import meeting
from orchestrator.lint.remark import Subject

PRIVACY = "privacy"
"""Stands above all bands."""


def relations(site: Site, today: date) -> "nx.MultiDiGraph[str]":
    """Return the graph of the rules of a site and of everything they name.

    Whether the hours of two rules meet is asked of the year from ``today`` on.
    """
    subject = Subject(site, {}, today)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    rules = site.policies
    for policy in rules.policies:
        _add(graph, "policy", policy.name, spoken(policy.on), policy.band.name.lower())
        _policy(graph, policy, subject)
    for patrol in rules.patrols:
        _add(graph, "patrol", patrol.name, str(patrol.schedule), Band.PATROL.name.lower())
        _during(graph, patrol, subject)
        for camera, presets in _tour(patrol):
            _link(graph, _id(patrol), _add(graph, "camera", camera), "claims", presets)
    for rule in rules.privacy:
        acts = ", ".join(sorted(act.value for act in rule.never))
        _add(graph, "privacy", rule.name, f"never {acts}", PRIVACY)
        _during(graph, rule, subject)
        for zone in rule.zones:
            _link(graph, _id(rule), _add(graph, "zone", zone), "closes", acts)
    for stronger, weaker, says in _competing(graph, subject):
        _link(graph, _id(stronger), _id(weaker), "compete", says)
    order = (PRIVACY, *(band.name.lower() for band in site.arbitration.bands))
    for _, known in graph.nodes(data=True):
        known["rank"] = order.index(known["band"]) if known["band"] else None
    return graph


def _id(rule: Policy | Patrol | PrivacyRule) -> str:
    kinds = {Policy: "policy", Patrol: "patrol", PrivacyRule: "privacy"}
    return f"{kinds[type(rule)]} {rule.name}"


def _add(
    graph: "nx.MultiDiGraph[str]", kind: str, name: str, says: str = "", band: str = ""
) -> str:
    """Add a node where it is not there yet, and return its id."""
    node = f"{kind} {name}"
    if node not in graph:
        graph.add_node(node, kind=kind, name=str(name), says=says, band=band)
    return node


def _link(graph: "nx.MultiDiGraph[str]", one: str, other: str, kind: str, says: str) -> None:
    """Add an edge, or say more on the one that is there."""
    if graph.has_edge(one, other, kind):
        known = graph.edges[one, other, kind]
        known["says"] = ", ".join(dict.fromkeys(filter(None, (known["says"], says))))
    else:
        graph.add_edge(one, other, key=kind, kind=kind, says=says)


def _during(
    graph: "nx.MultiDiGraph[str]", rule: Policy | Patrol | PrivacyRule, subject: Subject
) -> None:
    """Add the calendar that rules when a rule holds; none is always."""
    if rule.during is None:
        return
    calendars = {calendar.name: calendar for calendar in subject.site.calendars}
    daily = " and ".join(str(window) for window in calendars[rule.during].daily)
    _link(graph, _add(graph, "calendar", rule.during, daily), _id(rule), "rules", "during")


def _policy(graph: "nx.MultiDiGraph[str]", policy: Policy, subject: Subject) -> None:
    """Add what starts a policy and what it does."""
    _during(graph, policy, subject)
    for kind, name, says in _causes(policy.on):
        _link(graph, _add(graph, kind, name), _id(policy), "starts", says)
    for action in policy.do:
        for kind, name, edge, says in _effects(action, subject):
            _link(graph, _id(policy), _add(graph, kind, name), edge, says)


def _effects(action: Action, subject: Subject) -> Iterator[tuple[str, str, str, str]]:
    """Yield what an action acts on: the kind of node, its name, the edge there, and its words."""
    match action:
        case SetImaging(cameras=cameras):
            yield from (("camera", camera, "sets", "picture") for camera in cameras)
        case RunAuxiliary(cameras=cameras):
            yield from (("camera", camera, "sets", "auxiliary") for camera in cameras)
        case Raise(to=people, severity=severity):
            yield from (("person", person, "tells", severity.value) for person in people)
        case _:
            for camera, says in _may_turn(action, subject):
                yield "camera", camera, "claims", says


def _may_turn(action: Action, subject: Subject) -> Iterator[tuple[CameraId, str]]:
    """Yield the cameras that an action may turn, each with what it wants shown."""
    if isinstance(action, Look):
        yield from ((camera, _aimed(action)) for camera in _may_have(action, subject))
    elif isinstance(action, RunPatrol):
        patrols = (one for one in subject.site.policies.patrols if one.name == action.patrol)
        yield from (stop for patrol in patrols for stop in _tour(patrol))


def _causes(on: Trigger) -> Iterator[tuple[str, str, str]]:
    """Yield what a trigger listens to: the kind of node, its name, and what happens there."""
    match on:
        case Enters(zones, _):
            yield from (("zone", zone, "enters") for zone in zones)
        case Stays(zones, _, for_s):
            yield from (("zone", zone, f"stays {for_s:g} s") for zone in zones)
        case Occupied(zones, _):
            yield from (("zone", zone, "occupied") for zone in zones)
        case Crosses(lines, _, towards):
            yield from (("cause", f"line {line}", towards.value) for line in lines)
        case Reports(_, cameras):
            names = cameras if cameras is not None else ("any camera",)
            yield from (("cause", str(name), "reports") for name in names)
        case Flagged(flag):
            yield "cause", f"flag {flag}", "is set"
        case _:
            yield "cause", "any view", "leaves"


def _may_have(look: Look, subject: Subject) -> tuple[CameraId, ...]:
    """Return the cameras a look may have: the one it names, those it names, or all that turn."""
    if isinstance(look.at, AtPreset):
        return (look.at.camera,)
    if look.cameras is not None:
        return look.cameras
    return tuple(camera.id for camera in subject.site.cameras if camera.ptz is not None)


def _aimed(look: Look) -> str:
    """Return what a look wants to show, in a word or two."""
    match look.at:
        case AtPreset(_, preset):
            return f"preset {preset}"
        case AtZone(zone):
            return f"zone {zone}"
        case AtTarget():
            return "target"
        case AtNextView():
            return "next view"
        case AtPark():
            return "park"
        case _:
            return "where it happens"


def _tour(patrol: Patrol) -> Iterator[tuple[CameraId, str]]:
    """Yield the cameras of a tour, each with the presets it walks."""
    for camera in dict.fromkeys(stop.camera for stop in patrol.stops):
        presets = (stop.preset for stop in patrol.stops if stop.camera == camera)
        yield camera, "presets " + ", ".join(dict.fromkeys(presets))


def _competing(
    graph: "nx.MultiDiGraph[str]", subject: Subject
) -> Iterator[tuple[Policy | Patrol, Policy | Patrol, str]]:
    """Yield each two rules that can want one camera at one time, the stronger one first."""
    rank = subject.site.arbitration.rank
    rules: list[Policy | Patrol] = [*subject.site.policies.policies, *subject.site.policies.patrols]
    rules.sort(key=lambda rule: (-rank(_band(rule)), -_priority(rule)))
    for first, second in combinations(rules, 2):
        shared = [node for node in _claimed(graph, first) if node in _claimed(graph, second)]
        if not shared or meeting(first.during, second.during, subject.almanac) is None:
            continue
        on = ", ".join(graph.nodes[node]["name"] for node in shared)
        how = f"{_word(first)} before {_word(second)}"
        if _band(first) is _band(second):
            one, other = _priority(first), _priority(second)
            how = "of one priority" if one == other else f"priority {one} before {other}"
        yield first, second, f"{how}, over {on}"


def _band(rule: Policy | Patrol) -> Band:
    return rule.band if isinstance(rule, Policy) else Band.PATROL


def _priority(rule: Policy | Patrol) -> int:
    return rule.priority if isinstance(rule, Policy) else USUAL_PRIORITY


def _word(rule: Policy | Patrol) -> str:
    return _band(rule).name.lower()


def _claimed(graph: "nx.MultiDiGraph[str]", rule: Policy | Patrol) -> list[str]:
    edges = graph.out_edges(_id(rule), keys=True)
    return [other for _, other, key in edges if key == "claims"]
