"""P006: what a policy or patrol wants shown while a privacy rule closes it to looking."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.domain.calendar import CalendarName
from orchestrator.domain.ids import CameraId, PolicyName, PresetName, ZoneId
from orchestrator.domain.policy import (
    Act,
    AtPreset,
    AtThatZone,
    AtZone,
    Enters,
    Look,
    Occupied,
    Policy,
    PrivacyRule,
    Source,
    Stays,
)
from orchestrator.domain.region import Patch
from orchestrator.domain.site import Zone
from orchestrator.geometry.blind import blind
from orchestrator.geometry.fov import sees
from orchestrator.lint.hours import Meeting, meeting
from orchestrator.lint.remark import Remark, Rule, Subject


@dataclass(frozen=True, slots=True)
class Closure:
    """A zone, the rule that closes it to looking, and when that meets somebody's calendar."""

    zone: Zone | Patch
    rule: PrivacyRule
    met: Meeting

    @property
    def words(self) -> str:
        """Return the end of a remark: the zone, the rule, and when."""
        does = "closes" if self.met.sure else "may close"
        return f"`{self.zone.id}`, which `{self.rule.name}` {does} to looking {self.met.when}"


def closures(subject: Subject, during: CalendarName | None) -> Iterator[Closure]:
    """Yield every zone that is closed to looking at a time when a calendar holds."""
    zones = subject.site.places
    for rule in subject.site.policies.privacy:
        met = meeting(during, rule.during, subject.almanac)
        if met is None or Act.LOOK not in rule.never:
            continue
        for name in rule.zones:
            yield Closure(zones[name], rule, met)


def seen_closed(
    subject: Subject, camera: CameraId, preset: PresetName, during: CalendarName | None
) -> Iterator[Closure]:
    """Yield the closed zones that a preset shows, by the question the arbiter asks of each move.

    None where nobody knows where the preset looks.
    """
    aim = subject.aim(camera, preset)
    if aim is None:
        return
    head, margin_deg = subject.site.camera(camera), subject.site.arbitration.privacy_margin_deg
    for closure in closures(subject, during):
        region = closure.zone.region
        unseen = bool(blind(head, (aim,), region, margin_deg)[0])
        if not unseen and sees(head, aim, region, margin_deg=margin_deg):
            yield closure


def closed(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each preset or zone that is to be shown while it may not be."""
    for name, during, camera, preset, source in _named(subject):
        for closure in seen_closed(subject, camera, preset, during):
            says = f"`{preset}` of `{camera}` shows {closure.words}: `{name}` is refused it then"
            hint = "take a preset that does not show the zone, or other hours"
            yield Remark("P006", source, says, hint)
    for policy, look in subject.looks():
        for closure in closures(subject, policy.during):
            if closure.zone.id in _zones(policy, look):
                yield _zone_closed(closure.zone.id, policy.name, closure, look.source)


def _zones(policy: Policy, look: Look) -> tuple[ZoneId, ...]:
    """Return the zones that a look is at, by name or as those of its trigger."""
    match look.at, policy.on:
        case AtZone(zone=zone), _:
            return (zone,)
        case AtThatZone(), Enters(zones=zones) | Stays(zones=zones) | Occupied(zones=zones):
            return zones
        case _:
            return ()


def _zone_closed(zone: ZoneId, name: PolicyName, closure: Closure, source: Source) -> Remark:
    says = f"`{name}` looks at {closure.words}: every view of `{zone}` is refused then"
    return Remark("P006", source, says, "look at another zone, or at other hours")


def _named(
    subject: Subject,
) -> Iterator[tuple[PolicyName, CalendarName | None, CameraId, PresetName, Source]]:
    """Yield every preset that an author names: who names it, when, which it is, and where."""
    for policy, look in subject.looks():
        if isinstance(look.at, AtPreset):
            yield policy.name, policy.during, look.at.camera, look.at.preset, look.source
    for patrol in subject.site.policies.patrols:
        for stop in patrol.stops:
            yield patrol.name, patrol.during, stop.camera, stop.preset, stop.source


RULE = Rule(
    code="P006",
    title="a preset that shows what may not be looked at then",
    finds=(
        "A stop of a patrol or a `look` names a preset that shows a zone which a privacy rule"
        " closes to `look` at an hour when the patrol or policy is active too; or a `look` names"
        " such a zone itself. The head is not let go there then. Views are widened by"
        " `privacy_margin`, and walls are no excuse, as when it is decided. Hours that meet only on"
        " a single date are told with `may`. The way to a preset is not judged here: it depends on"
        " where the head comes from."
    ),
    avoid="patrol: round\nduring: night\nstops:\n  - {camera: east-ptz, preset: bench, dwell: 4s}",
    prefer="patrol: round\nduring: night\nstops:\n  - {camera: east-ptz, preset: south, dwell: 4s}",
    mend="Name a preset that does not show the zone, or hours at which the rule does not hold.",
    find=closed,
)
