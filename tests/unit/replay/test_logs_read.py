"""Whole logs: several runs in one file, lines that a crash cut off, lines that are wrong."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from orchestrator.config import read_site, with_rules
from orchestrator.domain.camera import Aim
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId, CommandId, PersonName, PolicyName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import Command, HeadSeen, Observation, PausePolicy
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.errors import AuthorError
from orchestrator.replay.play import Log, LogLine, Moment, again
from orchestrator.replay.record import Recorder
from orchestrator.think import think
from orchestrator.topology import inventoried

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


def test_rules_that_were_swapped_in_the_run_are_swapped_at_the_same_tick(site: Site) -> None:
    assert site.written is not None
    rules = [(path, text) for path, text in site.written.rules if "night-tour" not in path]
    other = with_rules(site, rules, (), strict=True)
    drawn = replace(other, topology=inventoried(other))
    sites = [site] * 3 + [other] * 3 + [drawn] * 3
    pause = PausePolicy(PolicyName("night-tour"), None)
    seen: list[Observation] = [Command(CommandId("c"), PersonName("anna"), 10.0, pause)]
    recorder, world, before = Recorder("a"), World(desk=Desk(run="a")), site
    lines: list[bytes] = []
    for tick, now_site in enumerate(sites):
        now = NIGHT.later(tick)
        world, decision = think(now_site, world, seen, now, before=before)
        lines += map(msgspec.json.encode, recorder.tick(now_site, seen, now, decision))
        before, seen = now_site, []

    found = list(again(moments(lines)))

    assert [one.same for one in found] == [True] * 9
    assert [len(one.moment.site.policies.patrols) for one in found] == [1] * 3 + [0] * 6
    assert found[3].world.desk.paused == {}
    assert found[-1].moment.site.topology == drawn.topology
