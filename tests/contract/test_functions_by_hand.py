"""What a camera can do, asked on the command line as an installer does; real ONVIF, no pictures."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from orchestrator.cli.commands import app
from simulators.device import quirks
from simulators.device.events import DIGITAL_INPUT
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

pytestmark = pytest.mark.slow


class Hand:
    """A person at a camera."""

    def __init__(self, simulated: SimulatedDevice, folder: Path) -> None:
        self.simulated = simulated
        password = folder / "password"
        password.touch(mode=0o600)
        password.write_text(f"{PASSWORD}\n", "utf-8")
        self.folder = folder
        self._login = ("--username", USERNAME, "--password-file", str(password))

    def told(self, command: str, *words: str) -> Result:
        """Return what a command prints."""
        unit = self.simulated.unit
        at = f"{unit.host}:{unit.onvif_port}"
        runner = CliRunner(env={"COLUMNS": "200"})
        result = runner.invoke(app, (command, at, *words, *self._login))
        assert PASSWORD not in result.output
        return result

    def json(self, command: str, *words: str) -> Any:
        result = self.told(command, *words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    """Have a camera answer in a thread: commands have the main one, where signals come in."""
    simulated, open_, over = SimulatedDevice(), threading.Event(), threading.Event()

    async def live() -> None:
        await simulated.device.open()
        open_.set()
        await asyncio.to_thread(over.wait)
        await simulated.device.close()

    camera = threading.Thread(target=lambda: asyncio.run(live()))
    camera.start()
    assert open_.wait(30.0)
    try:
        yield Hand(simulated, tmp_path)
    finally:
        over.set()
        camera.join()


def test_a_tour_is_written_and_walked_and_it_is_told_when_it_is_not(hand: Hand) -> None:
    written = hand.json("tour", "write", "round", "--spot", "gate:0", "--spot", "@home:30")
    started = hand.told("tour", "start", "round")
    quirks.ToursNeverWalked().put_on(hand.simulated.device)
    hand.told("tour", "stop", "round")
    again = hand.told("tour", "start", "round")

    assert [spot["preset"] for spot in written["spots"]] == ["gate", None]
    assert started.output == "`round` is touring\n"
    assert again.exit_code == 1
    assert "accepted `start` and did not do it" in again.output


def test_a_mask_that_the_camera_keeps_smaller_is_a_failure(hand: Hand) -> None:
    square = ("--corners", "0.1,0.1 0.5,0.1 0.5,0.5 0.1,0.5")
    whole = hand.json("mask", "write", *square, "--cover", "pixelated")
    quirks.MasksShrink().put_on(hand.simulated.device)
    partly = hand.told("mask", "write", whole["id"], *square, "--cover", "pixelated")

    assert (whole["whole"], whole["clear"], whole["cover"]) == (True, 0.0, "pixelated")
    assert partly.exit_code == 1
    assert "leaves 19% of it clear" in partly.output


def test_relays_and_auxiliary_functions_are_switched(hand: Hand) -> None:
    kept = hand.json("relay", "set", "relay_1", "--delay", "2.5", "--idle", "closed")
    hand.told("auxiliary", "tt:Wiper|On")

    assert kept == {"id": "relay_1", "mode": "monostable", "delay_s": 2.5, "idle": "closed"}
    assert hand.simulated.device.auxiliaries.sent == ["tt:Wiper|On"]


def test_a_camera_is_told_where_it_is_and_looks_at_a_place(hand: Hand) -> None:
    told = hand.json("place", "set", "--at", "13.405", "52.52", "--elevation", "34")
    looked = hand.told("place", "look", "--at", "13.4055", "52.52", "--elevation", "30")

    assert (told["longitude_deg"], told["elevation_m"]) == (13.405, 34.0)
    assert looked.exit_code == 0
    assert hand.simulated.head.position.pan == pytest.approx(90.0 / 170.0, abs=1e-6)


def test_a_picture_is_set_and_a_still_of_it_fetched(hand: Hand) -> None:
    settings = ("--brightness", "0.61", "--ir-cut", "off", "--exposure-time", "0.005")
    now = hand.json("picture", *settings, "--move-focus", "-0.5")
    path = hand.folder / "still.jpg"
    still = hand.json("snapshot", str(path))

    assert (now["brightness"], now["ir_cut"], now["contrast"]) == (0.61, "off", 0.5)
    assert (now["exposure"], now["exposure_s"], now["focus"]) == ("manual", 0.005, "auto")
    assert hand.simulated.device.imaging.focusing == 0.0
    assert (still["width_px"], still["height_px"]) == (640, 360)
    assert path.read_bytes().startswith(b"\xff\xd8\xff")


def test_what_a_camera_tells_of_itself_is_printed_and_the_subscription_given_back(
    hand: Hand,
) -> None:
    source = {"InputToken": "door"}
    hand.simulated.device.events.publish(
        DIGITAL_INPUT, source, {"LogicalState": "true"}, lasting=True
    )

    result = hand.told("events", "--for", "0.5", "--json")

    assert result.exit_code == 0, result.output
    assert {"report": "input", "active": True, "part": "door"} in map(
        json.loads, result.stdout.splitlines()
    )
    assert hand.simulated.device.events.subscriptions == 0
