"""The one door that pictures come through: what may not be seen in them is blanked before it opens.

A picture carries where its camera looked at its exposure. Of a fixed camera that is always known. Of a
head it is known for sure once it has answered after the exposure: until then a picture waits, if
the head may have turned to something closed since its nearest answer, whoever turned it. When nobody
can tell in time, all of the picture is blanked.

Nothing here depends on what the decoding process says of a picture, or has done to it.
"""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.poses import Nearby, Posed
from orchestrator.domain.veil import Veil
from orchestrator.geometry.ptz import reach_deg
from orchestrator.geometry.veil import Hidden, hidden
from orchestrator.ports import Clock, Frame, Frames

WAIT_S, MOST = 1.2, 12
"""So long, and so many, pictures wait for an answer of the head: the tracker takes what is not older
than one and a half."""
SIGMAS = 3.0
"""Of the doubt about an aim, what is hidden is widened by so much."""


SAME_DEG = 0.25
"""Aims that differ by less are drawn as one; all that is hidden is widened by what that may cost."""


class Poses(Protocol):
    """What is known of where a camera looked at a moment of the site clock."""

    def aim_at(self, exposed_s: float) -> Aim | None:
        """Return where it looked, as far as is believed without doubt; else None."""
        ...

    def passing(self, exposed_s: float) -> Posed | None:
        """Return where it looked, between two answers of its head; None before the later one."""
        ...

    def nearest(self, exposed_s: float) -> Nearby | None:
        """Return the answer of its head that is nearest; None where there is none."""
        ...


class FixedPose:
    """A camera that cannot turn: it looks where it was mounted (``Poses``)."""

    def __init__(self, camera: Camera) -> None:
        """Tell where it looks, or that nobody surveyed it."""
        mount, lens = camera.mount, camera.lens
        aim = Aim(mount.azimuth_deg, mount.tilt_deg, lens.hfov_wide_deg)
        self.aim = aim if camera.surveyed else None

    def aim_at(self, _exposed_s: float) -> Aim | None:
        """Return the same at any time; None where nobody knows."""
        return self.aim

    def passing(self, _exposed_s: float) -> Posed | None:
        """Return that there is no doubt about it, where it is known."""
        return None if self.aim is None else Posed(self.aim, 0.0)

    def nearest(self, _exposed_s: float) -> Nearby | None:
        """Return None: it has no head to ask."""
        return None


class Door:
    """Lets the pictures of one camera through, in their order, each with its pose."""

    def __init__(
        self, camera: Camera, *, veil: Callable[[], Veil], poses: Poses, clock: Clock
    ) -> None:
        """Keep what is asked about each picture: what is hidden now, and where the camera looked."""
        self._camera = camera
        self._veil = veil
        self._poses = poses
        self._clock = clock
        self._held: deque[tuple[Frame, Veil]] = deque()
        self._drawn: tuple[object, Hidden | None] | None = None

    def through(self, frame: Frame) -> Iterator[Frame]:
        """Take a picture, and yield those that may be looked at by now, blanked where they must be."""
        veil = self._veil()
        self._held.append((frame, veil))
        while self._held:
            oldest, then = self._held[0]
            shown = self._shown(oldest, _both(then, veil))
            if shown is None:
                return
            self._held.popleft()
            yield shown

    def _shown(self, frame: Frame, veil: Veil) -> Frame | None:
        """Return a picture that may be looked at; None while it has to wait."""
        exposed_s = frame.exposed_s
        aim = self._poses.aim_at(exposed_s)
        if veil.whole:
            return _dark(frame)
        if not veil.regions:
            return replace(frame, aim=aim)
        posed = self._poses.passing(exposed_s)
        if posed is not None:
            shown = self._blanked(frame, veil, posed)
            return shown if aim is None else replace(shown, aim=aim, aim_sigma_deg=0.0)
        near = self._poses.nearest(exposed_s)
        if near is not None and self._certainly_clear(frame, veil, near):
            return replace(frame, aim=aim)
        waits = self._clock.now().mono_s - exposed_s < WAIT_S and len(self._held) <= MOST
        return None if waits else _dark(frame)

    def _certainly_clear(self, frame: Frame, veil: Veil, near: Nearby) -> bool:
        """Say whether nothing closed can be in view, as far as the head may have turned meanwhile."""
        turned_deg = reach_deg(self._camera, near.away_s, from_rest=near.rested)
        widest = replace(near.aim, hfov_deg=self._camera.lens.hfov_wide_deg)
        seen = hidden(
            self._camera,
            widest,
            veil,
            source_px=frame.source_px,
            size_px=(1, 1),
            doubt_deg=turned_deg,
        )
        return seen is None

    def _blanked(self, frame: Frame, veil: Veil, posed: Posed) -> Frame:
        """Return a picture without what a veil hides of it; drawn once for each pose."""
        high, wide = frame.pixels.shape[:2]
        doubt_deg = 0.0
        aim = posed.aim
        if (
            self._camera.ptz is not None
        ):  # answers of a resting head differ a little: it is one pose
            aim = Aim(*(_rounded(each) for each in (aim.azimuth_deg, aim.tilt_deg, aim.hfov_deg)))
            doubt_deg = _rounded(SIGMAS * posed.sigma_deg) + 2 * SAME_DEG
        key = (veil, aim, doubt_deg, frame.source_px, wide, high)
        if self._drawn is None or self._drawn[0] != key:
            drawn = hidden(
                self._camera,
                aim,
                veil,
                source_px=frame.source_px,
                size_px=(wide, high),
                doubt_deg=doubt_deg,
            )
            self._drawn = key, drawn
        covered = self._drawn[1]
        if covered is not None:
            blank(frame.pixels, covered.pixels)
        return replace(frame, aim=posed.aim, aim_sigma_deg=posed.sigma_deg, hidden=covered)


async def through(door: Door, pictures: AsyncIterator[Frame]) -> AsyncIterator[Frame]:
    """Return the pictures of an open stream as they come through a door."""
    async for picture in pictures:
        for frame in door.through(picture):
            yield frame


async def crops(
    frames: Frames, frame: Frame, boxes_px: NDArray[np.float32], size_px: tuple[int, int]
) -> NDArray[np.uint8] | None:
    """Return parts of a picture that came through a door (``Frames.crops``), blanked as it is.

    None as well where all of it is blank.
    """
    if frame.dark:
        return None
    parts = await frames.crops(frame, boxes_px, size_px)
    if parts is not None and frame.hidden is not None:
        for part, box in zip(parts, boxes_px.astype(np.float64), strict=True):
            blank(part, frame.hidden.within(box, size_px))
    return parts


def blank(pixels: NDArray[np.uint8], covered: NDArray[np.bool_]) -> None:
    """Blacken what is covered (h, w) of pixels (h, w, 3), where they are."""
    pixels.view("V3")[..., 0][covered] = np.void(3)  # three bytes at once: a tenth of the time


def _rounded(angle_deg: float) -> float:
    return round(angle_deg / SAME_DEG) * SAME_DEG


def _dark(frame: Frame) -> Frame:
    frame.pixels[:] = 0
    return replace(frame, dark=True)


def _both(then: Veil, now: Veil) -> Veil:
    """Return what was hidden when a picture came and what is now: a rule may end while it waits."""
    if then is now or then == now:
        return now
    return Veil(
        tuple(dict.fromkeys((*then.regions, *now.regions))),
        max(then.margin_deg, now.margin_deg),
        then.whole or now.whole,
    )
