"""The bus and the built-in broker at their edges: refusals said plainly, floods survived."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from orchestrator.adapters.mqtt import AiomqttBus, embedded_broker
from orchestrator.adapters.mqtt.client import PAYLOAD_CAP_BYTES, QUEUE
from orchestrator.domain.site import Broker, Site
from orchestrator.errors import AuthorError
from orchestrator.ports import Credentials, Message, Secret
from tests.fakes.brokers import BuiltIn, running
from tests.fakes.desk import desk_secrets, desk_site

PREFIX = "orchestrator/depot"
PATIENCE_S = 40.0


def bus(site: Site, credentials: Credentials | None = None) -> AiomqttBus:
    place = site.broker
    assert place is not None
    login = credentials or desk_secrets().credentials("broker")
    return AiomqttBus(host=place.host, port=place.port, credentials=login)


@asynccontextmanager
async def alive(*buses: AiomqttBus) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(one.run()) for one in buses]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def first_line(lines: list[MutableMapping[str, Any]], event: str) -> MutableMapping[str, Any]:
    async with asyncio.timeout(PATIENCE_S):
        while not (found := [line for line in lines if line["event"] == event]):  # noqa: ASYNC110 - logs
            await asyncio.sleep(0.01)
    return found[0]


async def test_a_broker_that_is_not_there_is_said_once_with_its_place() -> None:
    with capture_logs() as lines:
        async with alive(bus(desk_site("127.0.0.1", 9))):
            line = await first_line(lines, "broker lost")
            await asyncio.sleep(0.1)

    assert line["broker"] == "broker 127.0.0.1:9"
    assert "refused" in line["reason"]
    assert len(lines) == 1


@pytest.mark.slow
async def test_a_wrong_password_is_said_plainly_and_shown_to_nobody() -> None:
    async with running(BuiltIn()) as broker:
        with capture_logs() as lines:
            async with alive(bus(broker.site, Credentials("anna", Secret("guess-17")))):
                line = await first_line(lines, "broker lost")

    assert "check the user name and password" in line["hint"]
    assert "guess-17" not in str(lines)


@pytest.mark.slow
async def test_a_flood_is_cut_to_what_can_wait_and_long_payloads_to_what_is_read() -> None:
    async with running(BuiltIn()) as broker:
        ear, mouth = bus(broker.site), bus(broker.site)
        ear.subscribe([f"{PREFIX}/cmd/#"])
        async with alive(ear, mouth):
            await ear.connected()
            await mouth.connected()
            long = Message(f"{PREFIX}/cmd/x", b"x" * (2 * PAYLOAD_CAP_BYTES))
            await mouth.publish(long)
            for number in range(QUEUE + 20):
                await mouth.publish(Message(f"{PREFIX}/cmd/x", str(number).encode(), qos=0))
            async with asyncio.timeout(PATIENCE_S):
                while not ear.dropped:  # noqa: ASYNC110 - a count, no event
                    await asyncio.sleep(0.01)

        assert len((await anext(ear.messages())).payload) == PAYLOAD_CAP_BYTES + 1
        assert ear._arrived.qsize() == QUEUE - 1


@pytest.mark.parametrize(
    "broker",
    [
        None,
        Broker("192.0.2.5", 1883, "broker"),
        Broker("broker.example", 1883, "broker"),
        Broker("0.0.0.0", 1883, "broker"),
        Broker("127.0.0.1", 8883, "broker", tls=True),
    ],
)
async def test_the_built_in_broker_serves_nobody_but_this_machine(broker: Broker | None) -> None:
    with pytest.raises(AuthorError):
        async with embedded_broker(replace(desk_site(), broker=broker), desk_secrets()):
            pass


@pytest.mark.slow
async def test_a_will_that_its_user_may_not_publish_keeps_the_user_out() -> None:
    async with running(BuiltIn()) as broker:
        place = broker.site.broker
        assert place is not None
        spoof = Message(f"{PREFIX}/alarm/1", b"fire")
        anna = desk_secrets().credentials("anna")
        liar = AiomqttBus(host=place.host, port=place.port, credentials=anna, will=spoof)
        with capture_logs() as lines:
            async with alive(liar):
                line = await first_line(lines, "broker lost")

    assert "uthori" in line["reason"]
    assert liar.connections == 0


NOT_MQTT = (
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x10\x0c\x00\x04MQTT\x07\x00\x00\x00\x00\x00",  # MQTT 7 is not yet invented
    b"\x10\xff\xff\xff\xff\x7f\x00\x04MQTT\x04",  # a greeting of many gigabytes
    b"\x10",
)


@pytest.mark.slow
async def test_what_is_not_mqtt_is_hung_up_on() -> None:
    async with running(BuiltIn()) as broker:
        place = broker.site.broker
        assert place is not None
        for greeting in NOT_MQTT:
            reader, writer = await asyncio.open_connection(place.host, place.port)
            writer.write(greeting)
            if len(greeting) == 1:
                writer.write_eof()
            async with asyncio.timeout(PATIENCE_S):
                assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()
