"""People in two pictures that nobody calibrated become one person each, where the floor is one."""

import numpy as np
import pytest
from numpy.typing import NDArray

from orchestrator.domain.ids import CameraId
from orchestrator.domain.pictures import Sharing, Shot
from orchestrator.track.sharing import shared, stepped

A, B = CameraId("a"), CameraId("b")
SIZE_PX = (1280, 720)
Array = NDArray[np.float64]


def _walks(count: int, seed: int) -> Array:
    """Return (steps, count, 2) m: people who walk about a hall of 10 m, each their own way."""
    rng = np.random.default_rng(seed)
    stops = rng.uniform(0.5, 9.5, (count, 5, 2))
    legs = np.linspace(0, 3.99, 48)
    whole, part = legs.astype(int), (legs % 1)[:, None, None]
    here, then = stops[:, whole], stops[:, whole + 1]
    return np.asarray((here.transpose(1, 0, 2)) * (1 - part) + then.transpose(1, 0, 2) * part)


def _boxes(places_m: Array, eye_m: tuple[float, float], turned: float) -> Array:
    """Return (n, 4) px: people 1.75 m tall, seen from 4 m up at ``eye_m``, 25 degrees down."""
    c, s = np.cos(turned), np.sin(turned)
    along = (places_m - eye_m) @ np.array([[c, -s], [s, c]])
    low, tilt = 4.0, np.radians(25)

    def pixels(up_m: float) -> Array:
        drop = low - up_m
        depth = along[:, 0] * np.cos(tilt) + drop * np.sin(tilt)
        down = drop * np.cos(tilt) - along[:, 0] * np.sin(tilt)
        return np.stack([640 + 600 * along[:, 1] / depth, 360 + 600 * down / depth], axis=1)

    feet, heads = pixels(0.0), pixels(1.75)
    half = (feet[:, 1] - heads[:, 1])[:, None] / 6
    return np.hstack([feet[:, :1] - half, heads[:, 1:], feet[:, :1] + half, feet[:, 1:]])


def _view(boxes: Array, first: int, at_s: float) -> Shot:
    inside = (boxes[:, 2] > 0) & (boxes[:, 0] < SIZE_PX[0]) & (boxes[:, 3] > 0)
    inside &= boxes[:, 1] < SIZE_PX[1]
    return Shot(first + np.flatnonzero(inside), boxes[inside], SIZE_PX, at_s)


def _ran(here: Array, there: Array) -> Sharing:
    state = Sharing()
    for step, (one, other) in enumerate(zip(here, there, strict=True)):
        at_s = step / 2
        state = shared(state, A, _view(_boxes(one, (-6.0, 5.0), 0.0), 1, at_s))
        state = shared(state, B, _view(_boxes(other, (5.0, -6.0), np.pi / 2), 101, at_s))
        state = stepped(state, at_s)
    return state


def _same(state: Sharing, count: int) -> int:
    """Return how many have one name in both pictures."""
    return sum(state.name(k) == state.name(100 + k) for k in range(1, count + 1))


@pytest.mark.slow
def test_people_on_one_floor_are_one_person_in_both_pictures() -> None:
    walks = _walks(5, 1)
    state = _ran(walks, walks)
    assert state.pairs[A, B].sure
    assert _same(state, 5) >= 4
    across = {state.name(k) for k in range(1, 6)}
    assert len(across) == 5, "nobody is two people in one picture"


@pytest.mark.slow
def test_people_on_two_floors_stay_two() -> None:
    state = _ran(_walks(5, 1), _walks(5, 2))
    assert not state.pairs[A, B].sure
    assert dict(state.names) == {}


def test_a_frame_with_nobody_teaches_nothing() -> None:
    nobody = Shot(np.zeros(0, dtype=np.int64), np.zeros((0, 4)), SIZE_PX, 0.0)
    state = stepped(shared(shared(Sharing(), A, nobody), B, nobody), 0.0)
    assert state.pairs[A, B].scenes == ()
    assert dict(state.names) == {}
