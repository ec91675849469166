"""The demo's operator against a real broker, with a service that answers as the contract says."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest

from simulators.operator import Desk, at_desk
from simulators.score.records import Command, Reply
from tests.fakes.brokers import listening
from tests.fakes.onvif_site import own_address

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/bin") is None,
        reason="mosquitto is not installed (Debian package `mosquitto`)",
    ),
]

PORT = 1883
PATIENCE_S = 20.0


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Return a desk at a fresh broker that believes everybody, on an address of its own."""
    host = own_address()
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {PORT} {host}\nallow_anonymous true\n")
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert program is not None
    broker = await asyncio.create_subprocess_exec(
        program, "-c", str(config), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await listening(broker, host, PORT)
        yield Desk("depot", host, PORT, "anna", "secret")
    finally:
        broker.terminate()
        await broker.wait()


async def served(desk: Desk, heard: list[dict[str, object]], ready: asyncio.Event) -> None:
    """Answer every command: accepted, then done; refuse the preset `private`."""
    async with aiomqtt.Client(desk.host, desk.port) as client:
        await client.subscribe("orchestrator/depot/cmd/#")
        await client.publish(
            "orchestrator/depot/status", json.dumps({"state": "online"}), retain=True
        )
        ready.set()
        async for message in client.messages:
            body = json.loads(bytes(message.payload))
            heard.append({"topic": str(message.topic), **body})
            refused = body["args"].get("preset") == "private"
            for step in ("rejected",) if refused else ("accepted", "done"):
                answer = {"id": body["id"], "step": step, "code": "privacy" if refused else ""}
                await client.publish(body["reply_to"], json.dumps(answer))


async def test_commands_are_sent_answered_and_noted(desk: Desk) -> None:
    noted: list[Command | Reply] = []
    heard: list[dict[str, object]] = []
    ready = asyncio.Event()
    service = asyncio.create_task(served(desk, heard, ready))
    await asyncio.wait_for(ready.wait(), PATIENCE_S)

    async with at_desk(desk, noted.append) as operator:
        await asyncio.wait_for(operator.online.wait(), PATIENCE_S)
        command = await operator.send("goto_preset", "camera", "yard-ptz", {"preset": "gate"})
        first = await operator.answered(command, within_s=PATIENCE_S)
        final = await operator.answered(command, within_s=PATIENCE_S, final=True)
        refused = await operator.send("goto_preset", "camera", "yard-ptz", {"preset": "private"})
        refusal = await operator.answered(refused, within_s=PATIENCE_S, final=True)
        again = await operator.send("release", "camera", "yard-ptz", again=command.id)
        repeated = await operator.answered(again, within_s=PATIENCE_S)
    service.cancel()
    await asyncio.gather(service, return_exceptions=True)

    assert first is not None
    assert final is not None
    assert refusal is not None
    assert repeated is not None
    assert (first.step, final.step) == ("accepted", "done")
    assert (refusal.step, refusal.code) == ("rejected", "privacy")
    assert (again.id, again.repeat, repeated.at_s >= again.at_s) == (command.id, True, True)
    assert heard[0]["topic"] == "orchestrator/depot/cmd/anna/camera/yard-ptz/goto_preset"
    assert str(heard[0]["reply_to"]).startswith("orchestrator/depot/reply/anna/")
    assert [type(record) for record in noted[:3]] == [Command, Reply, Reply]


async def test_a_command_nobody_answers_has_no_reply(desk: Desk) -> None:
    async with at_desk(desk, lambda _: None) as operator:
        command = await operator.send("release", "camera", "yard-ptz")

        assert await operator.answered(command, within_s=0.1) is None


def test_a_desk_never_shows_its_password() -> None:
    assert "secret" not in repr(Desk("depot", "192.0.2.1", PORT, "anna", "secret"))
