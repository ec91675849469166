from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from orchestrator.domain.appearance import colour_layout, unknown
from orchestrator.domain.ids import CameraId
from orchestrator.domain.tracks import Tracks
from orchestrator.track.boxes import Boxes
from orchestrator.track.fuse import fused
from orchestrator.track.life import settled

A, B = CameraId("a"), CameraId("b")
Appearance = NDArray[np.float32]
RED = colour_layout(np.array([[40.0, 40.0, 180.0], [40.0, 40.0, 40.0]]))
BLUE = colour_layout(np.array([[180.0, 90.0, 40.0], [120.0, 130.0, 140.0]]))


def seen(
    tracks: Tracks,
    camera: CameraId,
    at_s: float,
    *points: tuple[float, float],
    worn: Sequence[Appearance] | None = None,
) -> tuple[Tracks, list[int]]:
    count = len(points)
    boxes = Boxes(
        points=np.array(points, dtype=float).reshape(-1, 2),
        covariances=np.broadcast_to(np.eye(2) * 0.02, (count, 2, 2)),
        kinds=np.zeros(count, dtype=np.int8),
        scores=np.full(count, 0.8),
        appearances=unknown(count) if worn is None else np.array(worn, dtype=np.float32),
        camera=camera,
        at_s=at_s,
    )
    tracks, owners = fused(tracks, boxes)
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


def test_two_who_look_unlike_are_not_made_one_however_close_they_are() -> None:
    tracks = two_close_tracks()
    for tick in range(9, 30):
        tracks, _ = seen(tracks, A, 0.2 * tick, (0.2, 0.0), worn=[RED])
        tracks, _ = seen(tracks, B, 0.2 * tick, (0.35, 0.0), worn=[BLUE])
        tracks, _ = settled(tracks, 0.2 * tick)

    assert tracks.numbers.tolist() == [1, 2]


def crossed(worn: Sequence[Appearance] | None) -> tuple[list[int], list[int]]:
    """Let two people walk at each other, vanish behind something, and turn round there.

    Return who was whose before and after, the one in the west first.
    """
    tracks, before, after = Tracks(), [0, 0], [0, 0]
    for tick in range(10):
        at = -3.0 + 0.25 * tick
        tracks, before = seen(tracks, A, 0.2 * tick, (at, 0.0), (-at, 0.3), worn=worn)
        tracks, _ = settled(tracks, 0.2 * tick)
    for tick in range(15, 22):
        at = -0.75 - 0.25 * (tick - 15)
        tracks, after = seen(tracks, A, 0.2 * tick, (at, 0.0), (-at, 0.3), worn=worn)
        tracks, _ = settled(tracks, 0.2 * tick)
    return before, after


def test_two_who_turn_round_where_nobody_sees_them_are_told_apart_by_their_clothes() -> None:
    before, after = crossed([RED, BLUE])

    assert after == before


def test_without_clothes_to_go_by_the_straight_way_is_believed() -> None:
    before, after = crossed(None)

    assert after == before[::-1]


def comes_back(
    *, after_s: float, at: tuple[float, float], worn: Appearance, also: Sequence[Appearance] = ()
) -> tuple[list[int], dict[int, int]]:
    """Let somebody in red leave, and somebody turn up; return who is there then, and the heirs.

    ``also`` are others who stood three metres apart from each other, and left at the same time.
    """
    tracks = Tracks()
    heirs: dict[int, int] = {}
    for tick in range(8):
        here = [(0.0, 0.0), *((3.0 * (index + 1), 0.0) for index in range(len(also)))]
        tracks, _ = seen(tracks, A, 0.2 * tick, *here, worn=[RED, *also])
        tracks, _ = settled(tracks, 0.2 * tick)
    for tick in range(round(after_s / 0.2)):
        tracks, _ = settled(tracks, 1.6 + 0.2 * tick)
    for tick in range(6):
        at_s = 1.6 + after_s + 0.2 * tick
        tracks, _ = seen(tracks, B, at_s, at, worn=[worn])
        tracks, more = settled(tracks, at_s)
        heirs |= more
    return tracks.numbers[~tracks.absent].tolist(), heirs


def test_who_comes_back_in_the_same_clothes_has_the_same_name() -> None:
    numbers, heirs = comes_back(after_s=20.0, at=(15.0, 0.0), worn=RED)

    assert numbers == [1]
    assert list(heirs.values()) == [1]


@pytest.mark.parametrize(
    ("after_s", "at", "worn", "also", "why"),
    [
        (20.0, (15.0, 0.0), BLUE, (), "another in other clothes"),
        (20.0, (15.0, 0.0), unknown(1)[0], (), "somebody nobody can describe"),
        (8.0, (40.0, 0.0), RED, (), "nobody walks five metres a second"),
        (70.0, (15.0, 0.0), RED, (), "it is too long ago"),
        (20.0, (15.0, 0.0), RED, (RED,), "two are missing who wear red"),
    ],
)
def test_who_is_not_surely_the_same_has_a_name_of_his_own(
    after_s: float,
    at: tuple[float, float],
    worn: Appearance,
    also: Sequence[Appearance],
    why: str,
) -> None:
    numbers, heirs = comes_back(after_s=after_s, at=at, worn=worn, also=also)

    assert numbers == [len(also) + 2], why
    assert heirs == {}


def test_nobody_is_known_again_as_one_who_is_still_there() -> None:
    tracks = Tracks()
    for tick in range(20):
        tracks, _ = seen(tracks, A, 0.2 * tick, (0.0, 0.0), worn=[RED])
        if tick > 8:
            tracks, _ = seen(tracks, B, 0.2 * tick, (9.0, 0.0), worn=[RED])
        tracks, _ = settled(tracks, 0.2 * tick)

    assert tracks.numbers.tolist() == [1, 2]


def test_who_cannot_be_known_again_is_not_remembered() -> None:
    tracks = Tracks()
    for tick in range(8):
        tracks, _ = seen(tracks, A, 0.2 * tick, (0.0, 0.0), (5.0, 0.0), worn=[RED, unknown(1)[0]])
        tracks, _ = settled(tracks, 0.2 * tick)
    tracks, _ = settled(tracks, 12.0)

    assert tracks.numbers.tolist() == [1]
    assert tracks.absent.tolist() == [True]
    assert len(settled(tracks, 70.0)[0]) == 0


def test_what_many_wear_tells_nobody_apart() -> None:
    tracks = Tracks()
    heirs: dict[int, int] = {}
    for tick in range(60):
        at_s = 0.2 * tick
        here = [(20.0, 0.0)] if tick > 8 else [(20.0, 0.0), (0.0, 0.0)]
        tracks, _ = seen(tracks, A, at_s, *here, worn=[RED] * len(here))
        if tick > 40:
            tracks, _ = seen(tracks, B, at_s, (3.0, 0.0), worn=[RED])
        tracks, more = settled(tracks, at_s)
        heirs |= more

    assert tracks.numbers[~tracks.absent].tolist() == [1, 3]
    assert heirs == {}
