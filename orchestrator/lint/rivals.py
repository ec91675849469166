"""P003 and P004: looks that want different presets of one camera at the same time."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from orchestrator.domain.condition import All, Not
from orchestrator.domain.policy import AtPreset, Look, Policy
from orchestrator.lint.closed import closures, seen_closed
from orchestrator.lint.constant import together
from orchestrator.lint.hours import Meeting, covers, meeting
from orchestrator.lint.remark import Remark, Rule, Subject
from orchestrator.lint.triggers import joint, triggers_too
from orchestrator.lint.worlds import Known, verdict


@dataclass(frozen=True, slots=True)
class Pin:
    """A policy that looks with one fixed preset of one camera."""

    policy: Policy
    look: Look
    at: AtPreset


def shadowed(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each look that another policy keeps from its camera."""
    for winner, loser in _rivals(subject):
        for one, other in ((winner, loser), (loser, winner)):
            if _shadows(one, other, subject):
                yield _shadow(one, other)


def conflicting(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each two looks of one band that chance decides between."""
    for first, second in _rivals(subject):
        met = _met(first.policy, second.policy, subject)
        shadow = _shadows(first, second, subject) or _shadows(second, first, subject)
        if met is not None and not shadow:
            yield _conflict(first, second, met)


def _rivals(subject: Subject) -> Iterator[tuple[Pin, Pin]]:
    """Yield each two looks at different presets of one camera."""
    pins = [
        Pin(policy, look, look.at)
        for policy, look in subject.looks()
        if isinstance(look.at, AtPreset)
    ]
    for first, second in combinations(pins, 2):
        if first.at.camera == second.at.camera and first.at.preset != second.at.preset:
            yield first, second


def _shadow(winner: Pin, loser: Pin) -> Remark:
    says = (
        f"`{loser.policy.name}` never gets to show `{loser.at.preset}` of `{loser.at.camera}` while"
        f" its trigger holds: `{winner.policy.name}` always starts too, and takes the camera"
    )
    hint = f"narrow `{winner.policy.name}` in {winner.policy.source}, or name another camera"
    return Remark("P003", loser.look.source, says, hint)


def _conflict(first: Pin, second: Pin, met: Meeting) -> Remark:
    camera = second.at.camera
    presets = f"`{first.at.preset}` and `{second.at.preset}` of `{camera}`"
    if first.policy is second.policy:
        says = f"`{second.policy.name}` wants {presets} at once, and only one can be shown"
        return Remark("P004", second.look.source, says, "name another camera for one of them")
    may = "can" if met.sure else "may"
    says = (
        f"`{first.policy.name}` and `{second.policy.name}` {may} want {presets} at once"
        f" {met.when}: who starts first has it"
    )
    hint = f"the other is in {first.look.source}; give them different bands, hours or cameras"
    return Remark("P004", second.look.source, says, hint)


def _met(first: Policy, second: Policy, subject: Subject) -> Meeting | None:
    """Return when two policies of one band can be started by the same cause; None if never."""
    on = joint(first.on, second.on, subject)
    if on is None or first.band is not second.band:
        return None
    if verdict(together((*first.when, *second.when)), Known(on, subject.site)) is False:
        return None
    return meeting(first.during, second.during, subject.almanac)


def _shadows(winner: Pin, loser: Pin, subject: Subject) -> bool:
    """Say whether one look certainly has the camera whenever the other wants it."""
    first, second = winner.policy, loser.policy
    return (
        first is not second
        and first.hold_s == first.cooldown_s == 0.0
        and not second.clear_when
        and _outranks(first, second, subject)
        and triggers_too(first, second)
        and _holds_too(first, second, subject)
        and covers(first.during, second.during, subject.almanac)
        and _open(winner, subject)
    )


def _outranks(first: Policy, second: Policy, subject: Subject) -> bool:
    """Say whether the first wins a camera from the second, if it starts no later.

    In one band the older claim wins, so it must not end sooner either; of equally old ones the
    first by name.
    """
    rank = subject.site.arbitration.rank
    if first.band is not second.band:
        return rank(first.band) > rank(second.band)
    sooner = second.hold_s > 0.0 or first.name < second.name
    (least_s, _), (_, most_s) = _lasting_s(first), _lasting_s(second)
    return sooner and least_s >= most_s


def _lasting_s(policy: Policy) -> tuple[float, float]:
    """Return the least and the most that a policy acts on after its condition last held.

    What it looks for is renewed when less than half is left.
    """
    for_s = max(action.for_s for action in policy.do if isinstance(action, Look))
    return max(policy.clear_s, for_s / 2), max(policy.clear_s, for_s)


def _holds_too(first: Policy, second: Policy, subject: Subject) -> bool:
    """Say whether the first's condition holds whenever the second's does."""
    known = Known(second.on, subject.site)
    return all(
        verdict(All((together(second.when), Not(clause.condition))), known) is False
        for clause in first.when
    )


def _open(winner: Pin, subject: Subject) -> bool:
    """Say whether no privacy rule can ever keep a look from its preset."""
    policy, at = winner.policy, winner.at
    if subject.aim(at.camera, at.preset) is None:
        return next(closures(subject, policy.during), None) is None
    return next(seen_closed(subject, at.camera, at.preset, policy.during), None) is None


SHADOWED = Rule(
    code="P003",
    title="a look that another policy always keeps from its camera",
    finds=(
        "Two policies `look` with different presets of the same camera, and whenever the second is"
        " triggered the first has started too and wins: its trigger has every zone and kind of the"
        " second's, its condition and calendar hold whenever the second's do, it has no `hold` and"
        " no `cooldown`, its preset is never closed by privacy, and its band is higher; or the band"
        " is the same, and it starts no later and ends no sooner. Only looks with a named preset are"
        " compared, and only what certainly is so is told."
    ),
    avoid=(
        "policy: anybody\nband: alarm\ndo:\n"
        "  - look: {at: {camera: west-ptz, preset: south}, for: 30s}\n"
        "---\n"
        "policy: fast\nband: analytics\nwhen: target.speed_mps > 3\ndo:\n"
        "  - look: {at: {camera: west-ptz, preset: north}, for: 10s}"
    ),
    prefer=(
        "policy: anybody\nband: alarm\ndo:\n"
        "  - look: {at: {camera: west-ptz, preset: south}, for: 30s}\n"
        "---\n"
        "policy: fast\nband: analytics\nwhen: target.speed_mps > 3\ndo:\n"
        "  - look: {at: {camera: east-ptz, preset: north}, for: 10s}"
    ),
    mend="Narrow the policy that wins, raise the band of the other, or give it another camera.",
    find=shadowed,
)
CONFLICTING = Rule(
    code="P004",
    title="two looks of one band that want one camera",
    finds=(
        "Two policies of one band can be started by the same target, zone, camera or flags at the"
        " same time (a kind in common, zones that overlap, calendars that meet, conditions that do"
        " not exclude each other) and `look` with different presets of one camera, or one policy does so by itself."
        " Within a band who starts first keeps the camera, so chance decides. Hours that meet only"
        " on a single date are told with `may`. What P003 tells is not told again."
    ),
    avoid=(
        "policy: anybody\nband: alarm\nhold: 1s\ndo:\n"
        "  - look: {at: {camera: west-ptz, preset: south}, for: 30s}\n"
        "---\n"
        "policy: fast\nband: alarm\nhold: 1s\nwhen: target.speed_mps > 3\ndo:\n"
        "  - look: {at: {camera: west-ptz, preset: north}, for: 30s}"
    ),
    prefer=(
        "policy: slow\nband: alarm\nhold: 1s\nwhen: target.speed_mps <= 3\ndo:\n"
        "  - look: {at: {camera: west-ptz, preset: south}, for: 30s}\n"
        "---\n"
        "policy: fast\nband: alarm\nhold: 1s\nwhen: target.speed_mps > 3\ndo:\n"
        "  - look: {at: {camera: west-ptz, preset: north}, for: 30s}"
    ),
    mend="Give them different bands, hours, cameras, or conditions that exclude each other.",
    find=conflicting,
)
