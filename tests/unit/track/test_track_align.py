import numpy as np
import pytest
from numpy.typing import NDArray

from orchestrator.domain.alignment import Alignment
from orchestrator.domain.appearance import unknown
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.tracks import Tracks
from orchestrator.track.align import aligned, offset_m, taught
from orchestrator.track.boxes import Boxes
from orchestrator.track.fuse import fused
from orchestrator.track.life import settled

Array = NDArray[np.float64]
DOUBT_M2 = 0.04 * np.eye(2)


def lesson(shift: Array, count: int = 400, seed: int = 1) -> Alignment:
    """Return what is known after boxes all over a yard that are ``shift`` (2, 3) off."""
    rng = np.random.default_rng(seed)
    known = Alignment()
    for tick in range(count):
        place = rng.uniform(0.0, 20.0, (1, 2))
        off = shift @ np.r_[1.0, place[0] / 10.0]
        box = place + off + rng.normal(0.0, 0.2, (1, 2))
        doubts = DOUBT_M2[None]
        known = taught(known, box, doubts, place, doubts, at_s=tick * 0.2)
    return known


def test_a_camera_that_is_off_by_the_same_everywhere_is_put_right() -> None:
    known = lesson(np.array([[0.8, 0.0, 0.0], [-0.5, 0.0, 0.0]]))
    moved, _ = aligned(known, np.array([[10.8, 9.5]]), DOUBT_M2[None])
    assert moved[0] == pytest.approx([10.0, 10.0], abs=0.1)


def test_an_error_that_grows_with_distance_is_put_right_too() -> None:
    known = lesson(np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 0.3]]))
    off = offset_m(known, np.array([[19.0, 18.5]]))[0]
    assert off == pytest.approx([0.9, 0.53], abs=0.15)


def test_what_is_not_learned_yet_is_doubt_and_shrinks() -> None:
    place = np.array([[5.0, 5.0]])
    _, before = aligned(Alignment(), place, DOUBT_M2[None])
    _, after = aligned(lesson(np.zeros((2, 3))), place, DOUBT_M2[None])
    assert before[0, 0, 0] > after[0, 0, 0] > DOUBT_M2[0, 0]


def test_one_box_of_somebody_else_moves_little() -> None:
    known = lesson(np.zeros((2, 3)))
    wrong = taught(
        known,
        np.array([[9.0, 5.0]]),
        DOUBT_M2[None],
        np.array([[5.0, 5.0]]),
        DOUBT_M2[None],
        at_s=81,
    )
    place = np.array([[5.0, 5.0]])
    assert np.abs(offset_m(wrong, place) - offset_m(known, place)).max() < 0.05


def test_what_was_learned_long_ago_fades_to_the_calibration() -> None:
    known = lesson(np.array([[0.8, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    place = np.array([[5.0, 5.0]])
    late = taught(known, place + 0.0, DOUBT_M2[None], place, DOUBT_M2[None], at_s=1e5)
    assert np.abs(offset_m(late, place)).max() < 0.2


def seen(tracks: Tracks, camera: str, places: Array, at_s: float) -> tuple[Tracks, list[int]]:
    count = len(places)
    boxes = Boxes(
        points=places,
        covariances=np.repeat(DOUBT_M2[None], count, axis=0),
        kinds=np.full(count, Kind.PERSON.value, dtype=np.int8),
        scores=np.full(count, 0.8),
        appearances=unknown(count),
        camera=CameraId(camera),
        at_s=at_s,
    )
    tracks, owners = fused(tracks, boxes)
    return tracks, owners.tolist()


@pytest.mark.slow
def test_a_camera_that_is_calibrated_wrong_still_shares_identities() -> None:
    """Two good cameras and one that is a metre and more off; five people walk about."""
    rng = np.random.default_rng(2)
    starts, paces = rng.uniform(0.0, 20.0, (5, 2)), rng.normal(0.0, 0.7, (5, 2))
    wrong = np.array([1.0, -0.8])
    tracks, agree, said = Tracks(), 0, 0
    for tick in range(250):
        at_s = tick * 0.2
        places = starts + 4.0 * np.sin(0.15 * paces * at_s)
        owners = []
        for camera, off in (("good", 0.0 * wrong), ("other", 0.0 * wrong), ("bad", wrong)):
            noise = rng.normal(0.0, 0.1, places.shape)
            tracks, took = seen(tracks, camera, places + off + noise, at_s)
            owners.append(took)
        tracks, heirs = settled(tracks, at_s)
        if at_s > 30.0:
            names = [[heirs.get(serial, serial) for serial in took] for took in owners]
            agree += sum(good == bad for good, bad in zip(names[0], names[2], strict=True))
            said += len(places)
    assert agree / said > 0.9
