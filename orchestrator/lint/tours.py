"""P007: a tour that takes longer than its period, and hours that never come."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from orchestrator.domain.ids import CameraId
from orchestrator.domain.policy import Every, Patrol, Stop
from orchestrator.geometry.ptz import slew_s
from orchestrator.lint.hours import ever
from orchestrator.lint.remark import Remark, Rule, Subject


def tours(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each tour that does not end in time, and each rule that is never due."""
    for patrol in subject.site.policies.patrols:
        yield from _too_long(patrol, subject)
    for rule in subject.rules:
        if not ever(rule.during, subject.almanac):
            says = f"calendar `{rule.during}` never holds, so neither does `{rule.name}`"
            yield Remark("P007", rule.source, says, "give the calendar days, hours or dates")


def _too_long(patrol: Patrol, subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each camera whose stops take longer than a period; each has its own."""
    for camera in dict.fromkeys(stop.camera for stop in patrol.stops):
        stops = [stop for stop in patrol.stops if stop.camera == camera]
        least_s = sum(stop.dwell_s for stop in stops) + _turning_s(camera, stops, subject)
        if isinstance(patrol.schedule, Every) and least_s > patrol.schedule.period_s:
            says = (
                f"the stops of `{camera}` take {least_s:.0f} s and more, and `{patrol.name}` begins"
                f" anew every {patrol.schedule.period_s:g} s: the last ones are cut short or never shown"
            )
            hint = "fewer stops, a shorter `dwell`, or a longer `every`"
            yield Remark("P007", patrol.source, says, hint)


def _turning_s(camera: CameraId, stops: Sequence[Stop], subject: Subject) -> float:
    """Return how long a head turns between its stops, as far as it is known where they look."""
    head = subject.site.camera(camera)
    aims = [subject.aim(camera, stop.preset) for stop in stops]
    return sum(
        slew_s(head, here, there)
        for here, there in pairwise(aims)
        if here is not None and there is not None
    )


RULE = Rule(
    code="P007",
    title="a tour longer than its period, or hours that never come",
    finds=(
        "The stops of one camera of a patrol, their `dwell` and the turns from one to the next,"
        " take longer than `every`: the tour begins anew before it has ended, and its last stops"
        " are not shown. The turn to the first stop, and what interrupts a tour, come on top. A"
        " patrol begins when its calendar does and each `every` from then on, so it only never"
        " begins when its calendar never holds, as one that is made of nothing but itself; that is"
        " told of policies and privacy rules too."
    ),
    avoid=(
        "patrol: round\nevery: 10s\nstops:\n"
        "  - {camera: west-ptz, preset: south, dwell: 6s}\n"
        "  - {camera: west-ptz, preset: north, dwell: 6s}"
    ),
    prefer=(
        "patrol: round\nevery: 10m\nstops:\n"
        "  - {camera: west-ptz, preset: south, dwell: 6s}\n"
        "  - {camera: west-ptz, preset: north, dwell: 6s}"
    ),
    mend="Drop stops, shorten `dwell` or lengthen `every`; give the calendar days, hours or dates.",
    find=tours,
)
