"""P007: a tour that takes longer than its period, and hours that never come or do not exist."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from orchestrator.domain.ids import CameraId
from orchestrator.domain.policy import ByCron, Patrol, Stop
from orchestrator.geometry.ptz import slew_s
from orchestrator.lint.crons import jumped, never, period_s
from orchestrator.lint.hours import ever
from orchestrator.lint.remark import Remark, Rule, Subject


def tours(subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each tour that does not end in time, and each rule that is never due."""
    for patrol in subject.site.policies.patrols:
        yield from _too_long(patrol, subject)
        yield from _by_cron(patrol, subject)
    for rule in subject.rules:
        if not ever(rule.during, subject.almanac):
            says = f"calendar `{rule.during}` never holds, so neither does `{rule.name}`"
            yield Remark("P007", rule.source, says, "give the calendar days, hours or dates")


def _too_long(patrol: Patrol, subject: Subject) -> Iterator[Remark]:
    """Yield a remark for each camera whose stops take longer than a period; each has its own."""
    anew_s = period_s(patrol, subject.today)
    for camera in dict.fromkeys(stop.camera for stop in patrol.stops):
        stops = [stop for stop in patrol.stops if stop.camera == camera]
        least_s = sum(stop.dwell_s for stop in stops) + _turning_s(camera, stops, subject)
        if anew_s is not None and least_s > anew_s:
            by_cron = isinstance(patrol.schedule, ByCron)
            soonest = f"after {anew_s:g} s at the soonest" if by_cron else f"every {anew_s:g} s"
            says = (
                f"the stops of `{camera}` take {least_s:.0f} s and more, and `{patrol.name}` begins"
                f" anew {soonest}: the last ones are cut short or never shown"
            )
            hint = (
                f"fewer stops, a shorter `dwell`, or a longer {'period' if by_cron else '`every`'}"
            )
            yield Remark("P007", patrol.source, says, hint)


def _by_cron(patrol: Patrol, subject: Subject) -> Iterator[Remark]:
    """Yield a remark for a cron that begins no tour in a year, or at times the clock skips."""
    if (why := never(patrol, subject.site, subject.today)) is not None:
        if ever(patrol.during, subject.almanac):
            says = f"`{patrol.schedule}` {why} within a year from {subject.today}"
            hint = "take another day or hour, or another calendar"
            yield Remark("P007", patrol.source, f"{says}: `{patrol.name}` begins no tour", hint)
        return
    for _, moved in groupby(jumped(patrol, subject.site, subject.today), lambda each: each[1]):
        readings, begins = zip(*moved, strict=True)
        others = f" (and {len(readings) - 1} more)" if readings[1:] else ""
        says = (
            f"`{patrol.schedule}` asks for {readings[0]:%H:%M}{others} on {readings[0]:%Y-%m-%d},"
            f" which the clock skips: `{patrol.name}` begins at {begins[0]:%H:%M} then"
        )
        hint = "take an hour at which no clock is moved, or `timezone: UTC`"
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
    title="a tour longer than its period, or hours that never come or do not exist",
    finds=(
        "The stops of one camera of a patrol, their `dwell` and the turns from one to the next,"
        " take longer than `every`, or than from one firing of `cron` to the next: the tour begins"
        " anew before it has ended, and its last stops are not shown. The turn to the first stop,"
        " and what interrupts a tour, come on top. A `cron` that does not fire within a year while"
        " its calendar holds begins no tour; one that names a reading of the clock which spring"
        " skips begins it when the clock goes on. A calendar that never holds, as one that is made"
        " of nothing but itself, or is always excepted, is told of policies and privacy rules too."
        " The year is that from today on, its public holidays and the sun included."
    ),
    avoid=(
        "patrol: round\nevery: 10s\nstops:\n"
        "  - {camera: west-ptz, preset: south, dwell: 6s}\n"
        "  - {camera: west-ptz, preset: north, dwell: 6s}\n"
        "---\n"
        "patrol: nightly\ncron: 30 2 * * *\n"
        "---\n"
        "patrol: noon\nduring: night\ncron: 0 12 * * *"
    ),
    prefer=(
        "patrol: round\nevery: 10m\nstops:\n"
        "  - {camera: west-ptz, preset: south, dwell: 6s}\n"
        "  - {camera: west-ptz, preset: north, dwell: 6s}\n"
        "---\n"
        "patrol: nightly\ncron: 30 1 * * *\n"
        "---\n"
        "patrol: noon\nduring: night\ncron: 0 23 * * *"
    ),
    mend=(
        "Drop stops, shorten `dwell`, or let the tour begin less often; take an hour at which the"
        " calendar holds and no clock is moved; give the calendar days, hours or dates."
    ),
    find=tours,
)
