"""Pictures per second are counted from a camera's first being online; the slowest camera speaks."""

import pytest

from simulators.score.detection import fps_of, slowest_fps
from simulators.score.evidence import Evidence, journal_of, session_of, truth_of
from simulators.score.records import Failure, LinkChange
from tests.fakes.runs import BEGIN, boxes, every


def link(at_s: float, camera: str, state: str) -> LinkChange:
    return LinkChange(at_s=at_s, camera=camera, link=state)


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


def test_time_before_a_camera_was_online_does_not_count() -> None:
    late = [boxes(at_s, "a") for at_s in every(6.0, 10.0, 0.1)]
    end = Failure(at_s=10.0, what="the end")
    journal = journal_of([link(6.0, "a", "online"), *late, end])

    assert fps_of(Evidence(truth_of([BEGIN]), journal, session_of([])), "a") == pytest.approx(10)


def test_a_camera_that_stalls_half_way_has_half_the_rate() -> None:
    half = [boxes(at_s, "a") for at_s in every(0.0, 5.0, 0.1)]
    changes = [link(0.0, "a", "online"), link(5.0, "a", "degraded")]
    journal = journal_of([*changes, *half, Failure(at_s=10.0, what="the end")])

    rate = fps_of(Evidence(truth_of([BEGIN]), journal, session_of([])), "a")

    assert rate == pytest.approx(5, rel=0.03)
