"""Following a log: what is in it already says where the cameras are, what comes is judged."""

from datetime import datetime
from pathlib import Path

import msgspec

from orchestrator.cli.shadowing import Live
from orchestrator.config import read_site
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import HeadSeen
from orchestrator.replay.play import Log
from orchestrator.replay.record import Recorder

NIGHT = Instant(10.0, datetime.fromisoformat("2026-03-10T02:00:00+01:00"))
YARD = CameraId("yard-ptz")


def head(at_s: float) -> HeadSeen:
    return HeadSeen(YARD, at_s, Aim(at_s, -20.0, 60.0), moving=False)


def test_the_last_word_about_each_camera_comes_with_the_first_moment_that_is_judged() -> None:
    recorder, site = Recorder("a"), read_site(Path("config/demo"))
    ticks = [
        [
            msgspec.json.encode(line)
            for line in recorder.tick(site, (head(10.0 + tick),), NIGHT.later(tick), Decision())
        ]
        for tick in range(4)
    ]
    numbered = iter(range(1, 100))
    before, after = (
        [(next(numbered), raw, True) for tick in part for raw in tick]
        for part in (ticks[:2], ticks[2:])
    )

    found = list(Live([*before, None, *after]).moments(Log("events.jsonl")))

    assert [one.begins for one in found] == [True, False]
    assert [one.seen for one in found] == [(head(11.0), head(12.0)), (head(13.0),)]
