import numpy as np
import pytest

from orchestrator.domain.ids import CameraId
from orchestrator.domain.tracks import Tracks
from orchestrator.track.fuse import fused
from orchestrator.track.life import settled

A, B = CameraId("a"), CameraId("b")


def seen(
    tracks: Tracks, camera: CameraId, at_s: float, *points: tuple[float, float]
) -> tuple[Tracks, list[int]]:
    count = len(points)
    tracks, owners = fused(
        tracks,
        points=np.array(points, dtype=float).reshape(-1, 2),
        covariances=np.broadcast_to(np.eye(2) * 0.02, (count, 2, 2)),
        kinds=np.zeros(count, dtype=np.int8),
        scores=np.full(count, 0.8),
        camera=camera,
        at_s=at_s,
    )
    return tracks, owners.tolist()


def two_close_tracks() -> Tracks:
    """Return T1 and T2, which stood apart and then came to one place."""
    tracks = Tracks()
    for tick in range(4):
        tracks, _ = seen(tracks, A, 0.2 * tick, (0.0, 0.0))
        tracks, _ = seen(tracks, B, 0.2 * tick, (1.6, 0.0))
        tracks, _ = settled(tracks, 0.2 * tick)
    for tick in range(4, 9):
        tracks, _ = seen(tracks, A, 0.2 * tick, (0.0, 0.0))
        tracks, _ = seen(tracks, B, 0.2 * tick, (1.6 - 0.2 * (tick - 3), 0.0))
        tracks, _ = settled(tracks, 0.2 * tick)
    return tracks


def test_two_tracks_that_become_one_keep_the_older_name() -> None:
    tracks = two_close_tracks()
    assert tracks.numbers.tolist() == [1, 2]

    heirs: dict[int, int] = {}
    for tick in range(9, 30):
        tracks, _ = seen(tracks, A, 0.2 * tick, (0.2, 0.0))
        tracks, _ = seen(tracks, B, 0.2 * tick, (0.35, 0.0))
        tracks, gone = settled(tracks, 0.2 * tick)
        heirs |= gone

    assert tracks.numbers.tolist() == [1]
    assert heirs == {2: 1}


def test_two_cameras_that_agree_need_no_third_box() -> None:
    tracks, _ = seen(Tracks(), A, 0.0, (0.0, 0.0))
    alone, _ = settled(tracks, 0.1)
    tracks, _ = seen(tracks, B, 0.1, (0.1, 0.0))
    agreed, _ = settled(tracks, 0.1)

    assert alone.numbers.tolist() == [0]
    assert agreed.numbers.tolist() == [1]


def test_two_people_in_one_picture_are_never_made_one() -> None:
    tracks = Tracks()
    for tick in range(40):
        tracks, _ = seen(tracks, A, 0.2 * tick, (0.0, 0.0), (0.5, 0.0))
        tracks, heirs = settled(tracks, 0.2 * tick)
        assert heirs == {}

    assert tracks.numbers.tolist() == [1, 2]


def test_one_frame_never_gives_a_track_two_boxes() -> None:
    tracks = Tracks()
    for tick in range(5):
        tracks, _ = seen(tracks, A, 0.2 * tick, (0.0, 0.0))

    tracks, owners = seen(tracks, A, 1.0, (0.0, 0.0), (0.05, 0.0))

    assert len(set(owners)) == 2


def test_serials_and_numbers_are_never_used_again() -> None:
    tracks, used = Tracks(), set()
    for life in range(4):
        for tick in range(4):
            tracks, [owner] = seen(tracks, A, 20.0 * life + 0.2 * tick, (0.0, 0.0))
            tracks, _ = settled(tracks, 20.0 * life + 0.2 * tick)
        used.add((owner, int(tracks.numbers[0])))
        tracks, _ = settled(tracks, 20.0 * life + 10.0)
        assert len(tracks) == 0

    assert len({serial for serial, _ in used}) == 4
    assert {number for _, number in used} == {1, 2, 3, 4}


@pytest.mark.slow
def test_in_an_empty_yard_an_acquaintance_is_believed_further_off_than_in_a_crowd() -> None:
    def comes_back(away_m: float, *others: tuple[float, float]) -> bool:
        tracks = Tracks()
        for tick in range(8):
            tracks, owners = seen(tracks, A, 0.2 * tick, (0.0, 0.0), *others)
            tracks, _ = settled(tracks, 0.2 * tick)
        first = owners[0]
        for tick in range(8, 15):
            tracks, _ = seen(tracks, A, 0.2 * tick, *others)
            tracks, _ = settled(tracks, 0.2 * tick)
        _, [back, *_] = seen(tracks, A, 3.0, (away_m, 0.0), *others)
        return back == first

    crowd = [(3.0 * np.cos(turn), 3.0 * np.sin(turn)) for turn in np.arange(8) * np.pi / 4]
    lonely = max(away_m for away_m in np.arange(0.5, 5.0, 0.5) if comes_back(away_m))
    crowded = max(away_m for away_m in np.arange(0.5, 5.0, 0.5) if comes_back(away_m, *crowd))
    assert lonely > crowded
