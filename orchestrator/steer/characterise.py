"""Measuring one head by consent: how late it obeys, how fast it turns, how well it repeats, how it stops.

The head is sent to its presets, across its range and back, by steps and by short velocities, and is
looked at meanwhile. What it does not tell cannot be measured, and is said to be so. Everything is over
in two minutes: what there was no time for is left out, and said too. Whatever happens, no head is left
moving behind.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from orchestrator.domain.camera import AxisSpeed, Motors, Passport, Preset, PtzPose, PtzRange
from orchestrator.domain.moving import StopWay, Turn, Way
from orchestrator.errors import CameraError, CameraFault, NotSupported
from orchestrator.ports import CameraLink, Clock
from orchestrator.steer.ladders import stop_ladder
from orchestrator.steer.stopping import stopped

BUDGET_S = 110.0
"""No new measurement begins after so long: two minutes with what is under way."""
MOVE_S = 15.0
"""The longest that one move is looked at."""
POLL_S = 0.04
SLOW_S = 0.5
"""A camera that takes longer to answer cannot be measured."""
REST_S = 0.4
"""A position that stays the same for so long is at rest."""
STIR = 1e-3
"""Of half a range: less is the noise of an encoder."""
PRESETS_MOST = 5
SPAN = 0.35
"""How far from the middle of its range an axis is sent to be measured, in half ranges."""
STEP = 0.1
ZOOMS = (0.0, 0.5, 1.0)
DRIVE = Turn(pan=0.3)
DRIVE_S = 0.6
LATE_S = 1.5
"""A continuous move that goes on for longer past its end has not ended by itself."""
STOP_AFTER_S = 0.4
STOPPING_S = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Where a head was, seconds after its command."""

    after_s: float
    pose: PtzPose


async def characterised(
    link: CameraLink,
    passport: Passport,
    clock: Clock,
    *,
    at: str,
    ranges: PtzRange | None,
    say: Callable[[str], object],
) -> Motors:
    """Return the motors of a head as measured now; it is left where it was found.

    ``ranges`` are its angles, without which speeds cannot be told in degrees; ``at`` is now, for the
    record; ``say`` hears what is measured next. ``CameraError`` when the camera does not answer.
    """
    motors = Motors(passport.serial, passport.firmware, at)
    asked_s = clock.now().mono_s
    found = (await link.head()).pose
    took_s = clock.now().mono_s - asked_s
    if took_s > SLOW_S:
        slow = f"it takes {took_s:.1f} s to say where its head is, too long to measure anything by"
        return replace(motors, unmeasured=(slow,))
    if passport.moves is None or found is None:
        return replace(motors, unmeasured=("it does not tell where its head is",))
    work = _Bench(link, passport, clock, ranges, say=say, found=found)
    try:
        return await work.measured(motors)
    finally:
        await stopped(link, stop_ladder(passport.moves), clock)


class _Bench:
    """One head under measurement, and what could not be measured of it."""

    def __init__(
        self,
        link: CameraLink,
        passport: Passport,
        clock: Clock,
        ranges: PtzRange | None,
        *,
        say: Callable[[str], object],
        found: PtzPose,
    ) -> None:
        self._link = link
        self._passport = passport
        self._clock = clock
        self._ranges = ranges
        self._say = say
        self._found = found
        self._began_s = clock.now().mono_s
        self._unmeasured: list[str] = []

    async def measured(self, motors: Motors) -> Motors:
        """Measure one thing after another while there is time."""
        steps = (
            ("how it ends and stops", self._ending),
            ("latency and speed", self._speed),
            ("its own steps", self._steps),
            ("field of view against zoom", self._fields),
            ("presets and how well they repeat", self._presets),
        )
        for what, measure in steps:
            if self._clock.now().mono_s - self._began_s > BUDGET_S:
                self._unmeasured.append(f"{what}: there was no time left")
                continue
            self._say(what)
            try:
                motors = await measure(motors)
            except (NotSupported, CameraFault) as error:
                self._unmeasured.append(f"{what}: {error.message}")
        await self._back()
        return replace(motors, unmeasured=tuple(self._unmeasured))

    async def _ending(self, motors: Motors) -> Motors:
        """Prove that a velocity ends by its Timeout, and by a Stop."""
        if not self._has(Way.CONTINUOUS):
            self._unmeasured.append("Timeout: it takes no velocities")
            return motors
        way = await self._watched(lambda: self._link.drive(DRIVE, for_s=DRIVE_S), DRIVE_S + LATE_S)
        if not _stirred(way):
            self._unmeasured.append("Timeout: a velocity did not turn it")
            return motors
        over_s = _rests_after_s(way) - DRIVE_S
        if over_s > LATE_S:
            await stopped(self._link, stop_ladder(self._passport.moves), self._clock)
            self._unmeasured.append("Timeout: it does not end a velocity by itself")
            return motors
        stop = await self._stopping()
        if stop is None:
            self._unmeasured.append("stop: it does not obey")
        return replace(motors, timeout_s=max(0.0, over_s), stop=stop)

    async def _stopping(self) -> StopWay | None:
        """Return the first way to stop that a turning head obeys."""
        for stop in stop_ladder(self._passport.moves):
            await self._link.drive(Turn(pan=-DRIVE.pan), for_s=2.0)
            await self._clock.sleep(STOP_AFTER_S)
            way = await self._watched(partial(self._link.stop, stop), STOPPING_S + REST_S)
            if _rests_after_s(way) <= STOPPING_S:
                return stop
            await self._clock.sleep(2.0)
        return None

    async def _speed(self, motors: Motors) -> Motors:
        """Measure how late it obeys, and how fast each axis goes across most of its range."""
        if not self._has(Way.ABSOLUTE):
            self._unmeasured.append("speed: it takes no positions to go across its range by")
            return motors
        middle = replace(self._found, pan=-SPAN, tilt=0.0)
        await self._watched(lambda: self._link.move_to(middle), MOVE_S)
        across = replace(middle, pan=SPAN)
        pan = await self._watched(lambda: self._link.move_to(across), MOVE_S)
        tilts = replace(across, tilt=-2.0 * SPAN)
        tilt = await self._watched(lambda: self._link.move_to(tilts), MOVE_S)
        if not _stirred(pan):
            self._unmeasured.append("speed: the position it tells does not follow it")
            return motors
        motors = replace(motors, latency_s=_begins_after_s(pan))
        if self._ranges is None:
            self._unmeasured.append("speed: nobody knows how many degrees its range has")
            return motors
        pan_deg = (self._ranges.pan_max_deg - self._ranges.pan_min_deg) / 2.0
        tilt_deg = (self._ranges.tilt_max_deg - self._ranges.tilt_min_deg) / 2.0
        return replace(
            motors,
            pan=_axis([(one.after_s, one.pose.pan * pan_deg) for one in pan]),
            tilt=_axis([(one.after_s, one.pose.tilt * tilt_deg) for one in tilt]),
        )

    async def _steps(self, motors: Motors) -> Motors:
        """Measure what a step in the camera's own units turns it by."""
        if not self._has(Way.RELATIVE) or self._ranges is None:
            return motors
        pan = await self._watched(lambda: self._link.move_by(Turn(pan=-STEP)), MOVE_S)
        tilt = await self._watched(lambda: self._link.move_by(Turn(tilt=STEP)), MOVE_S)
        if not (_stirred(pan) and _stirred(tilt)):
            self._unmeasured.append("its own steps: they did not turn it")
            return motors
        half_pan = (self._ranges.pan_max_deg - self._ranges.pan_min_deg) / 2.0
        half_tilt = (self._ranges.tilt_max_deg - self._ranges.tilt_min_deg) / 2.0
        turned = pan[-1].pose.pan - pan[0].pose.pan, tilt[-1].pose.tilt - tilt[0].pose.tilt
        return replace(
            motors, step_deg=(turned[0] * half_pan / -STEP, turned[1] * half_tilt / STEP)
        )

    async def _fields(self, motors: Motors) -> Motors:
        """Measure the field of view against zoom: a step of 1 in the picture turns by half of it.

        It is measured level, where a turn of the pan axis is as wide in the picture as on the axis.
        """
        if self._ranges is None or not (self._has(Way.VIEW) and self._has(Way.ABSOLUTE)):
            self._unmeasured.append("field of view: it takes no steps in the picture to tell it by")
            return motors
        low_deg, high_deg = self._ranges.tilt_min_deg, self._ranges.tilt_max_deg
        level = min(max((0.0 - low_deg) / (high_deg - low_deg) * 2.0 - 1.0, -1.0), 1.0)
        half_deg = (self._ranges.pan_max_deg - self._ranges.pan_min_deg) / 2.0
        fields: list[tuple[float, float]] = []
        for zoom in ZOOMS:
            start = PtzPose(0.0, level, zoom)
            await self._watched(partial(self._link.move_to, start), MOVE_S)
            step = partial(self._link.move_by, Turn(pan=1.0), in_view=True)
            way = await self._watched(step, MOVE_S)
            if not _stirred(way):
                self._unmeasured.append("field of view: a step in the picture did not turn it")
                break
            told = way[-1].pose.zoom
            if fields and abs(told - fields[-1][0]) <= STIR:
                break
            turned_deg = abs(way[-1].pose.pan - way[0].pose.pan) * half_deg
            fields.append((round(told, 3), round(2.0 * turned_deg, 2)))
        return replace(motors, fields=tuple(fields))

    async def _presets(self, motors: Motors) -> Motors:
        """Visit the presets, the first of them twice, from different sides."""
        names = [preset.name for preset in self._passport.presets[:PRESETS_MOST]]
        left = len(self._passport.presets) - len(names)
        if left > 0:
            self._unmeasured.append(f"presets: {left} more were not visited")
        seen: list[Preset] = []
        for name in (*names, *names[:1]):
            if self._clock.now().mono_s - self._began_s > BUDGET_S:
                self._unmeasured.append("presets: there was no time to visit them all")
                break
            way = await self._watched(partial(self._link.goto_preset, name), MOVE_S)
            if way:
                seen.append(Preset(name, way[-1].pose))
        again = [preset for preset in seen if preset.name == names[0]]
        repeats_deg = None
        if len(again) == 2 and len(names) > 1 and self._ranges is not None:
            repeats_deg = _apart_deg(again[0], again[1], self._ranges)
        return replace(motors, presets=tuple(seen[: len(names)]), repeatability_deg=repeats_deg)

    async def _back(self) -> None:
        """Go back to where the head was found, if it can be sent there."""
        if self._has(Way.ABSOLUTE):
            await self._watched(lambda: self._link.move_to(self._found), MOVE_S)

    async def _watched(self, send: Callable[[], Awaitable[None]], most_s: float) -> list[Sample]:
        """Send, and look until the head has come to rest again, or for so long at most."""
        before = (await self._link.head()).pose
        sent_s = self._clock.now().mono_s
        await send()
        samples = [] if before is None else [Sample(0.0, before)]
        since_s = sent_s
        while (now_s := self._clock.now().mono_s) - sent_s < most_s:
            await self._clock.sleep(POLL_S)
            try:
                report = await self._link.head()
            except CameraError:
                continue
            if report.pose is None:
                continue
            if samples and _same(samples[-1].pose, report.pose):
                begun = _stirred(samples) or now_s - sent_s > 1.5
                if begun and now_s - since_s >= REST_S and not report.moving:
                    break
            else:
                since_s = report.at_s
            samples.append(Sample(report.at_s - sent_s, report.pose))
        return samples

    def _has(self, way: Way) -> bool:
        moves = self._passport.moves
        return moves is not None and way in moves.pan_tilt


def _same(a: PtzPose, b: PtzPose) -> bool:
    return max(abs(a.pan - b.pan), abs(a.tilt - b.tilt), abs(a.zoom - b.zoom)) <= STIR


def _stirred(samples: Sequence[Sample]) -> bool:
    return any(not _same(samples[0].pose, one.pose) for one in samples)


def _begins_after_s(samples: Sequence[Sample]) -> float:
    """Return when the head was first seen elsewhere than where it began."""
    return next(one.after_s for one in samples if not _same(samples[0].pose, one.pose))


def _rests_after_s(samples: Sequence[Sample]) -> float:
    """Return when the head was last seen to move; 0 when it was not."""
    moves = [b.after_s for a, b in pairwise(samples) if not _same(a.pose, b.pose)]
    return max(moves, default=0.0)


def _axis(angles: Sequence[tuple[float, float]]) -> AxisSpeed | None:
    """Return an axis' top speed, and how soon it has it, from where it was at which moment.

    >>> ramp = [(0.1 * n, 0.5 * 100.0 * (0.1 * n) ** 2) for n in range(6)]
    >>> _axis([*ramp, *((0.5 + 0.1 * n, 12.5 + 5.0 * n) for n in range(1, 9))])
    AxisSpeed(top_dps=50.0, spin_up_dps2=90.0)
    """
    distinct = [angles[0], *(b for a, b in pairwise(angles) if b[0] - a[0] > 1e-6)]
    speeds = [
        (b[0], abs(b[1] - a[1]) / (b[0] - a[0]))
        for a, b in zip(distinct, distinct[2:], strict=False)
    ]
    if not speeds:
        return None
    fast = sorted(speed for _, speed in speeds)
    top_dps = fast[min(len(fast) - 1, round(0.9 * len(fast)))]
    if top_dps <= 0.0:
        return None
    first_s = next(at for at, angle in distinct if abs(angle - distinct[0][1]) > 1e-9)
    full_s = next(at for at, speed in speeds if speed >= 0.9 * top_dps)
    spin_s = full_s - first_s
    return AxisSpeed(round(top_dps, 1), round(0.9 * top_dps / spin_s, 1) if spin_s > 0.05 else None)


def _apart_deg(a: Preset, b: Preset, ranges: PtzRange) -> float | None:
    """Return how far two stays at a preset are apart, by the worse axis."""
    if a.pose is None or b.pose is None:
        return None
    pan_deg = abs(a.pose.pan - b.pose.pan) * (ranges.pan_max_deg - ranges.pan_min_deg) / 2.0
    tilt_deg = abs(a.pose.tilt - b.pose.tilt) * (ranges.tilt_max_deg - ranges.tilt_min_deg) / 2.0
    return max(pan_deg, tilt_deg)
