"""Figures for Prometheus: every line is of its format, and says what was counted."""

import re

from orchestrator.domain.figures import CameraFigures, Figures, Flow, ServiceFigures, Usage
from orchestrator.domain.ids import CameraId
from orchestrator.tell.exposition import exposition

SERVICE = ServiceFigures(60.0, 600, 10.0, 0.004, 0.001, Usage(1 << 20, 3.5), 2, 0, 1)
GATE = CameraFigures(
    CameraId("gate"),
    "online",
    "zones",
    flow=Flow(opened=3, decoded=100, gated=40, lost=2, dropped=5),
    searched=50,
    replaced=1,
    bounds_s=(0.01, 0.1),
    ages=(10, 30, 10),
)
ODD = CameraFigures(CameraId('a"b\\c\nd'), "quarantined", "all", video_quarantined=True)
SAMPLE = re.compile(
    r'orchestrator_[a-z0-9_]+(\{camera="(?:[^"\\\n]|\\[\\n"])*"(,le="[^"]+")?\})? [0-9.e+-]+'
)
COMMENT = re.compile(r"# (HELP|TYPE) orchestrator_[a-z0-9_]+ .+")


def samples(*cameras: CameraFigures) -> dict[str, float]:
    lines = exposition(Figures(SERVICE, cameras)).splitlines()
    for line in lines:
        assert SAMPLE.fullmatch(line) or COMMENT.fullmatch(line), line
    told = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    found = {name.removeprefix("orchestrator_"): float(value) for name, value in told}
    assert len(found) == len(told), "no sample is told twice"
    return found


def test_what_was_counted_is_told_under_conventional_names() -> None:
    found = samples(GATE)

    assert found["ticks_total"] == 600
    assert found["resident_memory_bytes"] == 1 << 20
    camera = {name: value for name, value in found.items() if '"gate"' in name}
    assert camera['camera_decoded_total{camera="gate"}'] == 100
    assert camera['camera_gated_total{camera="gate"}'] == 40
    assert camera['camera_dropped_total{camera="gate"}'] == 6
    assert camera['camera_restarts_total{camera="gate"}'] == 2
    assert camera['camera_online{camera="gate"}'] == 1
    assert camera['camera_quarantined{camera="gate"}'] == 0


def test_ages_are_a_histogram_that_adds_up() -> None:
    found = samples(GATE)
    buckets = [value for name, value in found.items() if "age_seconds_bucket" in name]

    assert buckets == [10, 40, 50]
    assert found['camera_detection_age_seconds_bucket{camera="gate",le="+Inf"}'] == 50
    assert found['camera_detection_age_seconds_count{camera="gate"}'] == 50


def test_a_name_cannot_break_out_of_its_label() -> None:
    found = samples(GATE, ODD)

    assert found[r'camera_all_hidden{camera="a\"b\\c\nd"}'] == 1
    assert found[r'camera_quarantined{camera="a\"b\\c\nd"}'] == 1
    assert found[r'camera_video_quarantined{camera="a\"b\\c\nd"}'] == 1
    assert found['camera_video_quarantined{camera="gate"}'] == 0


def test_every_family_says_once_what_it_is() -> None:
    lines = exposition(Figures(SERVICE, (GATE, ODD))).splitlines()
    types = [line.split()[2] for line in lines if line.startswith("# TYPE")]

    assert len(types) == len(set(types))
