"""A run in which files were changed under it, and some of it waits for a restart, replays bit for bit."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestrator.config import site_of
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CommandId, PersonName
from orchestrator.domain.sighting import CameraReported, Command, Observation, Report, SetFlag
from orchestrator.domain.site import Site, Written
from orchestrator.domain.world import World
from orchestrator.replay.play import Log, LogLine, again
from orchestrator.replay.record import Recorder
from orchestrator.think import think
from orchestrator.topology import built
from tests.fakes.arbitration_site import BENCH, EVENING, SITE, TOUR, WEST, passport

BASE = SITE.replace("people:\n", "flags: {storm: false}\npeople:\n")
STORM = """\
policy: storm
version: 1
because: It storms.
band: alarm
on: {site: storm}
hold: 200ms
cooldown: 1s
do:
  - look: {at: west-ptz/north, for: 5s}
  - patrol: {run: tour}
  - alarm: {severity: low, say: Storm, to: desk, acknowledge_within: 1s, then: desk}
"""
TAMPER = """\
policy: tamper
version: 1
because: Who covers a camera does not want to be seen.
band: alarm
mode: shadow
on: {reports: tamper}
hold: 300ms
do:
  - look: {at: camera, for: 5s}
"""
RULES = (STORM, TAMPER, TOUR, BENCH)
SITES = {
    "as it was": BASE,
    "remarked": f"{BASE}# nothing else\n",
    "camera moved": BASE.replace("at: [0, 15]", "at: [1, 15]"),
    "camera gone": BASE.replace("east-ptz:", "other-ptz:"),
    "other time zone": BASE.replace("Europe/Berlin", "Asia/Tokyo"),
    "other name": BASE.replace("site: yard", "site: park"),
    "zone moved": BASE.replace("bench: [[34, 26]", "bench: [[33, 26]"),
    "larger": BASE.replace("size: [40, 30]", "size: [41, 30]"),
}
EDITS = {
    "as they were": RULES,
    "storm changed": (STORM.replace("hold: 200ms", "hold: 400ms"), *RULES[1:]),
    "no shadow": (STORM, *RULES[2:]),
}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(SITES)),
        st.sampled_from(sorted(EDITS)),
        st.lists(st.sampled_from(("up", "down", "tamper", "nothing")), max_size=4),
    ),
    max_size=5,
)


def written(site: str, rules: str) -> Written:
    files = [(f"policies/{number}/policy.yaml", text) for number, text in enumerate(EDITS[rules])]
    return Written(("site.yaml", SITES[site]), rules=tuple(files))


def reloaded(files: Written, running: Site | None) -> Site:
    """Return the site as a running service has it once it has read these files."""
    site = site_of(files, running=running)
    if running is None or (site.plan, site.walls) != (running.plan, running.walls):
        passports = {camera.id: passport(site, camera.id) for camera in site.cameras}
        return replace(site, topology=built(site, passports))
    return replace(site, topology=running.topology)


def observed(what: str, number: int, at_s: float) -> Iterator[Observation]:
    if what in {"up", "down"}:
        order = SetFlag("storm", up=what == "up")
        yield Command(CommandId(f"anna/{number}"), PersonName("anna"), at_s, order)
    elif what == "tamper":
        yield CameraReported(WEST, Report.TAMPER, True, at_s)


def log_of(steps: Sequence[tuple[str, str, Sequence[str]]]) -> list[bytes]:
    """Return the event log of a run whose files are changed between some of its ticks."""
    recorder, world, now = Recorder("r"), World(desk=Desk(run="r")), EVENING
    site = before = reloaded(written("as it was", "as they were"), None)
    lines: list[bytes] = []
    for name, rules, seen in (("as it was", "as they were", ("up", "tamper", "")), *steps):
        site = reloaded(written(name, rules), site)
        for what in seen:
            told = tuple(observed(what, len(lines), now.mono_s))
            world, decision = think(site, world, told, now, before=before)
            before = site
            lines += map(msgspec.json.encode, recorder.tick(site, told, now, decision))
            now = now.later(0.4)
    return lines


@pytest.mark.slow
@settings(max_examples=3)
@example([("as it was", "as they were", ["nothing", "nothing", "nothing"])])
@example([("camera moved", "as they were", []), ("as it was", "as they were", ["nothing"] * 3)])
@given(STEPS)
def test_a_log_replays_bit_for_bit_whatever_was_reloaded(
    steps: list[tuple[str, str, list[str]]],
) -> None:
    lines = [LogLine(number, raw) for number, raw in enumerate(log_of(steps), 1)]

    for one in again(Log("events.jsonl").moments(lines)):
        assert one.same, one.moment.now
