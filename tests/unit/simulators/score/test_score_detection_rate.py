"""Pictures per second are counted over a camera's online time; the slowest camera speaks."""

import pytest

from simulators.score.detection import fps_of, online_spells, slowest_fps
from simulators.score.evidence import Evidence, journal_of, session_of, truth_of
from simulators.score.records import Failure, LinkChange
from tests.fakes.runs import BEGIN, boxes, every


def link(at_s: float, camera: str, state: str) -> LinkChange:
    return LinkChange(at_s=at_s, camera=camera, link=state)


def test_time_offline_does_not_count() -> None:
    changes = [link(1, "a", "online"), link(3, "a", "offline"), link(7, "a", "online")]

    assert online_spells(changes, 10.0) == [(1, 3), (7, 10.0)]


def run(rates: dict[str, float]) -> Evidence:
    journal = [
        boxes(at_s, camera) for camera, fps in rates.items() for at_s in every(0.0, 10.0, 1 / fps)
    ]
    links = [link(0.0, camera, "online") for camera in rates]
    end = Failure(at_s=10.0, what="the end")
    return Evidence(truth_of([BEGIN]), journal_of([*links, *journal, end]), session_of([]))


def test_the_slowest_camera_is_the_figure() -> None:
    evidence = run({"a": 10, "b": 5, "p": 8})

    assert fps_of(evidence, "a") == pytest.approx(10, rel=0.03)
    assert slowest_fps(evidence) == pytest.approx(5, rel=0.03)


def test_a_camera_that_was_never_online_makes_it_zero() -> None:
    assert slowest_fps(run({"a": 10, "b": 10})) == 0.0
