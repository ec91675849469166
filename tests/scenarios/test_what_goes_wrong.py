"""Each thing that goes wrong gets a clear line, and costs nobody else anything."""

import time
from pathlib import Path

import pytest

from simulators.faults import Dead, StreamStall, WrongPassword
from tests.scenarios.nights import night_at_the_depot

TYPO = "on: {enters: [yrad], who: person}"
FOLLOW = """\
policy: follow
version: 1
because: Somebody in the yard at night is followed, one at a time.
basis: legitimate interest, DPIA 2026-03
band: alarm
priority: 90
on: {enters: [yard], who: person}
cooldown: {for: 60s}
do:
  - follow: {with: [yard-ptz], for: 5s}
"""
FOLLOWED = 5
"""So many moves to places that are no presets are somebody's way, not a single look."""
WATCHED = 30
"""Frames that show that a camera is being watched: some seconds of them."""

# Every wait has a deadline of its own, far beyond what it takes, and says what it waited for; this
# one only ends what hangs without waiting.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


async def test_cameras_that_fail_say_so_come_back_and_cost_the_others_nothing(
    tmp_path: Path,
) -> None:
    async with night_at_the_depot(tmp_path) as night:
        assert not (await night.cameras_are_approved()).failed
        await night.fails("gate-fixed", WrongPassword())
        await night.broker_starts()
        await night.service_starts()

        await night.until(
            lambda: night.link("gate-fixed")[0] == "refused",
            within_s=60,
            what="the camera with another password is refused",
        )
        assert "gate-fixed" in night.link("gate-fixed")[1]
        assert "refuses the login" in night.link("gate-fixed")[1]
        others = ("yard-fixed", "corridor-fixed", "yard-ptz", "dock-ptz", "carpark-ptz")
        await night.until(
            lambda: all(night.frames(camera, since_s=0.0) for camera in others),
            within_s=60,
            what="every other camera is watched",
        )

        await night.fails("yard-fixed", StreamStall())
        await night.fails("corridor-fixed", Dead())
        await night.until(
            lambda: (
                night.link("yard-fixed")[0] == "degraded"
                and night.link("corridor-fixed")[0] == "offline"
            ),
            within_s=60,
            what="the stalled stream and the dead camera are found",
        )
        assert "yard-fixed" in night.link("yard-fixed")[1]
        assert "corridor-fixed" in night.link("corridor-fixed")[1]
        # How many a second depends on the machine; that they go on coming does not.
        found_s = time.monotonic()
        await night.until(
            lambda: all(
                night.frames(camera, since_s=found_s) >= WATCHED
                for camera in ("yard-ptz", "dock-ptz", "carpark-ptz")
            ),
            within_s=60,
            what="the other cameras are watched while two have failed",
        )

        await night.is_mended("yard-fixed")
        await night.is_mended("corridor-fixed")
        await night.until(
            lambda: (
                night.link("yard-fixed")[0] == "online"
                and night.link("corridor-fixed")[0] == "online"
            ),
            within_s=60,
            what="both cameras are back",
        )
        assert night.lines("failure") == []


async def test_a_typo_costs_one_policy_restarts_cost_no_alarm_and_a_head_follows_all_the_same(
    tmp_path: Path,
) -> None:
    async with night_at_the_depot(tmp_path) as night:
        follow = tmp_path / "policies" / "follow" / "policy.yaml"
        follow.parent.mkdir()
        follow.write_text(FOLLOW, "utf-8")
        policy = tmp_path / "policies" / "broken" / "policy.yaml"
        policy.parent.mkdir()
        good = (tmp_path / "policies" / "after-hours-intrusion" / "policy.yaml").read_text("utf-8")
        lines = [TYPO if line.startswith("on:") else line for line in good.splitlines()]
        policy.write_text("\n".join(lines).replace("after-hours-intrusion", "broken"), "utf-8")
        status, printed = await night.command_line("policy", "check", str(night.site_folder))
        place = f"policy.yaml:{lines.index(TYPO) + 1}:15: unknown zone `yrad`"
        assert status == 1
        assert place in printed
        assert "did you mean `yard`?" in printed

        assert not (await night.cameras_are_approved()).failed
        await night.broker_starts()
        await night.service_starts()
        async with night.operator() as anna:
            await night.until(
                lambda: night.frames("dock-ptz", since_s=0.0) > 0,
                within_s=60,
                what="dock-ptz is up",
            )
            command = await anna.send("goto_preset", "camera", "dock-ptz", {"preset": "approach"})
            reply = await anna.answered(command, within_s=60, final=True)
            assert reply is not None
            assert reply.step == "done", reply
        assert "unknown zone `yrad`" in night.log("run")

        await night.broker_stops()
        alone_s = time.monotonic()
        # Somebody new walks into the yard or the dock at least every 40 s.
        await night.until(
            lambda: bool(night.alarms(since_s=alone_s)),
            within_s=150,
            what="an alarm without a broker",
        )
        raised = night.alarms(since_s=alone_s)
        # The journal may know of an alarm some milliseconds before the disk does.
        await night.until(
            lambda: raised <= night.kept(), within_s=30, what="the alarms are on disk"
        )
        await night.until(
            lambda: (
                night.steps("yard-ptz") >= FOLLOWED and night.has_somebody_in_the_middle("yard-ptz")
            ),
            within_s=90,
            what="a head goes after somebody over the floor, and has them in its picture",
        )
        await night.service_is_killed()

        await night.broker_starts()
        async with night.listener("alarm/#") as heard:
            await night.service_starts()
            await night.until(
                lambda: raised <= {str(message.topic).rpartition("/")[2] for message in heard},
                within_s=60,
                what="every alarm of the night is heard",
            )
        async with night.operator() as anna:
            again = await anna.send(
                "goto_preset", "camera", "dock-ptz", {"preset": "approach"}, again=command.id
            )
            repeated = await anna.answered(again, within_s=60)
        assert repeated is not None
        assert (repeated.step, repeated.say) == (reply.step, reply.say)
        by_anna = {line["id"] for line in night.lines("intent") if line["actor"] == "anna"}
        assert len(by_anna) == 1
        assert night.lines("failure") == []
