"""`topology.yaml`: written and read back, and what is wrong with it."""

from datetime import date

import pytest

from orchestrator.config import parsed_map, parsed_site, written_map
from orchestrator.domain.ids import CameraId
from orchestrator.domain.learned import LearnedMap, SharedFloor, Walk
from orchestrator.errors import AuthorError
from tests.fakes.written_site import GOOD

GATE, YARD = CameraId("gate-fixed"), CameraId("yard-ptz")
DAY = date(2026, 5, 31)
MAP = LearnedMap(
    (SharedFloor(GATE, YARD, 12.5, 34, DAY),),
    (Walk(GATE, YARD, 6.8, 6.4, 7.5, 9, DAY), Walk(YARD, GATE, 8.0, 8.0, 8.0, 0, None, True)),
)


def wrong(text: str) -> str:
    with pytest.raises(AuthorError) as error:
        parsed_map(text, "topology.yaml", parsed_site(GOOD, "site.yaml"))
    return str(error.value)


def test_what_is_written_is_read_back() -> None:
    text = written_map("depot", MAP)
    assert parsed_map(text, "topology.yaml", parsed_site(GOOD, "site.yaml")) == MAP
    assert parsed_map(written_map("depot", LearnedMap()), "topology.yaml") == LearnedMap()


def test_a_declared_way_needs_its_median_alone() -> None:
    text = "topology: depot\nversion: 1\npassages:\n  - {from: gate-fixed, to: yard-ptz, median: 8s, declared: true}\n"
    [one] = parsed_map(text, "topology.yaml").passages
    assert one == Walk(GATE, YARD, 8.0, 8.0, 8.0, 0, None, declared=True)


def test_every_mistake_is_told_with_its_place() -> None:
    text = written_map("depott", MAP)
    for old, new in (("a: gate-fixed", "a: gate-fixt"), ("6.8s", "9.8s"), ("12.5 m2", "12.5")):
        text = text.replace(old, new)
    text = text.replace("gone: 9, last: 2026-05-31", "gone: 9, last: May")
    said = wrong(text)
    assert "topology.yaml:4:11: this is the topology of `depott`, but the site is `depot`" in said
    assert "did you mean `gate-fixed`?" in said
    assert "`p10`, `median` and `p90` must grow in this order" in said
    assert "`shared` must be an area with its unit" in said
    assert "`last` must be a day" in said
