"""Whole logs: several runs in one file, lines that a crash cut off, lines that are wrong."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from orchestrator.config import read_site
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import HeadSeen
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError
from orchestrator.replay.play import Log, LogLine, Moment, again
from orchestrator.replay.record import Recorder

DEMO = Path(__file__).parents[3] / "config" / "demo"
NIGHT = Instant(10.0, datetime.fromisoformat("2026-03-29T01:59:59.900001+01:00"))


def run(site: Site, name: str, ticks: int) -> list[bytes]:
    recorder = Recorder(name)
    lines = (
        line
        for tick in range(ticks)
        for line in recorder.tick(site, (), NIGHT.later(tick), Decision())
    )
    return [msgspec.json.encode(line) for line in lines]


def moments(lines: Iterable[bytes], *, torn: bool = False) -> list[Moment]:
    raws = list(lines)
    marked = (LogLine(n, raw, not torn or n < len(raws)) for n, raw in enumerate(raws, 1))
    return list(Log("events.jsonl").moments(marked))


@pytest.fixture
def site() -> Site:
    return read_site(DEMO)


def test_a_file_may_hold_several_runs(site: Site) -> None:
    found = moments([*run(site, "a", 2), *run(site, "b", 1)])

    assert [(one.run, one.begins) for one in found] == [("a", True), ("a", False), ("b", True)]
    assert {one.world.desk.run for one in again(found)} == {"a", "b"}


def test_the_site_and_the_wall_clock_are_what_they_were(site: Site) -> None:
    [first, second] = moments(run(site, "a", 2))

    assert first.site == site
    assert first.now.wall == NIGHT.wall
    assert str(second.now.wall) == "2026-03-29 03:00:00.900001+02:00"


def test_a_last_line_that_a_crash_cut_off_is_passed_over(site: Site) -> None:
    lines = run(site, "a", 3)

    assert len(moments([*lines[:-1], lines[-1][:40]], torn=True)) == 2


def test_so_is_the_last_line_of_a_run_that_another_followed(site: Site) -> None:
    lines = run(site, "a", 3)

    assert len(moments([*lines[:-1], lines[-1][:40], *run(site, "b", 1)])) == 3


def test_any_other_wrong_line_is_refused_with_its_place(site: Site) -> None:
    lines = run(site, "a", 3)

    with pytest.raises(AuthorError, match=r"^events\.jsonl:3:1: not a line of an event log"):
        moments([*lines[:2], b"{}", *lines[3:]])
    with pytest.raises(AuthorError, match=r"^events\.jsonl:5:1: not a line"):
        moments([*lines[:4], b"{}"])
    with pytest.raises(AuthorError, match=r"^events\.jsonl:1:1: a tick before the run"):
        moments(lines[3:])


def test_what_a_strange_camera_saw_is_refused(site: Site) -> None:
    seen = HeadSeen(CameraId("stranger"), 10.0, Aim(0.0, 0.0, 60.0), None)
    lines = list(Recorder("a").tick(site, (seen,), NIGHT, Decision()))

    with pytest.raises(AuthorError, match="camera `stranger` is none of site"):
        moments(map(msgspec.json.encode, lines))
