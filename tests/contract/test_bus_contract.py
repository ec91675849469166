"""One suite for the ``Bus`` port: in memory, on the built-in broker, and on a real mosquitto."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestrator.adapters.mqtt import AiomqttBus
from orchestrator.errors import BusError
from orchestrator.ports import Bus, Credentials, Message, Secret
from tests.fakes.brokers import BrokerProcess, BuiltIn, Mosquitto, has_mosquitto, running
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.desk import desk_secrets

PREFIX = "orchestrator/depot"
PATIENCE_S = 40.0
ALARM = Message(f"{PREFIX}/alarm/1", b"fire", retain=True)


@dataclass
class World:
    """A broker of some kind, and how a login gets on it."""

    bus: Callable[..., Bus]
    stop: Callable[[], object]
    start: Callable[[], object]

    async def restart(self) -> None:
        for act in (self.stop, self.start):
            outcome = act()
            if asyncio.iscoroutine(outcome):
                await outcome
            await asyncio.sleep(0)  # lets a broker in memory be seen down


def real(broker: BrokerProcess) -> World:
    place = broker.site.broker
    assert place is not None

    def bus(login: str = "broker", will: Message | None = None) -> Bus:
        return AiomqttBus(
            host=place.host,
            port=place.port,
            credentials=desk_secrets().credentials(login),
            will=will,
        )

    return World(bus, broker.stop, broker.start)


def in_memory() -> World:
    broker = MemoryBroker()

    def bus(login: str = "broker", will: Message | None = None) -> Bus:
        return MemoryBus(broker, will=will)

    return World(bus, broker.stop, broker.start)


REAL = [
    pytest.param("built-in", marks=pytest.mark.slow),
    pytest.param(
        "mosquitto",
        marks=[
            pytest.mark.slow,
            pytest.mark.skipif(not has_mosquitto(), reason="mosquitto is not installed"),
        ],
    ),
]


@pytest.fixture(params=["memory", *REAL])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    if request.param == "memory":
        yield in_memory()
        return
    broker = BuiltIn() if request.param == "built-in" else Mosquitto(tmp_path)
    async with running(broker):
        yield real(broker)


@contextlib.asynccontextmanager
async def kept(bus: Bus) -> AsyncIterator[Bus]:
    """A bus that runs and is connected."""
    task = asyncio.ensure_future(bus.run())
    try:
        async with asyncio.timeout(PATIENCE_S):
            await bus.connected()
        yield bus
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def heard(bus: Bus, topic: str | None = None) -> Message:
    async with asyncio.timeout(PATIENCE_S):
        async for message in bus.messages():
            if topic is None or message.topic == topic:
                return message
    raise AssertionError("the bus ended")


async def reconnected(bus: Bus, connections: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while bus.connections < connections:  # noqa: ASYNC110 - the port has a count, no event
            await asyncio.sleep(0.01)
        await bus.connected()


async def test_the_bus_keeps_its_promises(world: World) -> None:
    """One connection's life in one test: a broker takes a second to start."""
    ear, mouth = world.bus(), world.bus(will=Message(f"{PREFIX}/status", b"gone", retain=True))
    with pytest.raises(BusError):
        await mouth.publish(ALARM)

    ear.subscribe([f"{PREFIX}/alarm/#", f"{PREFIX}/status"])
    async with kept(ear), kept(mouth):
        await mouth.publish(ALARM)
        first = await heard(ear)
        assert (first.topic, first.payload, first.retain) == (ALARM.topic, b"fire", False)

        # A filter wanted later is subscribed too, and brings what was retained.
        ear.subscribe([f"{PREFIX}/camera/+/state"])
        await mouth.publish(Message(f"{PREFIX}/camera/yard/state", b"{}", retain=True))
        assert (await heard(ear)).topic == f"{PREFIX}/camera/yard/state"
        late = world.bus()
        late.subscribe([f"{PREFIX}/alarm/#"])
        async with kept(late):
            stood = await heard(late)
            assert (stood.payload, stood.retain) == (b"fire", True)
        assert (ear.connections, mouth.connections) == (1, 1)

        # The broker goes and comes: publishing fails meanwhile, then all is as before.
        await world.restart()
        for bus in (ear, mouth):
            await reconnected(bus, 2)
        await mouth.publish(Message(f"{PREFIX}/alarm/2", b"again"))
        assert (await heard(ear, f"{PREFIX}/alarm/2")).payload == b"again"

    # Who leaves in good order says its will itself.
    last = world.bus()
    last.subscribe([f"{PREFIX}/status"])
    async with kept(last):
        assert (await heard(last)).payload == b"gone"


@pytest.fixture(params=REAL)
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BrokerProcess]:
    chosen: BrokerProcess = BuiltIn() if request.param == "built-in" else Mosquitto(tmp_path)
    async with running(chosen):
        yield chosen


async def test_nobody_writes_or_reads_as_somebody_else(broker: BrokerProcess) -> None:
    world = real(broker)
    service = world.bus()
    service.subscribe([f"{PREFIX}/#"])
    anna, vera = world.bus("anna"), world.bus("vera")
    anna.subscribe([f"{PREFIX}/reply/anna/#", f"{PREFIX}/reply/bert/#", f"{PREFIX}/cmd/#"])
    async with kept(service), kept(anna), kept(vera):
        for spoof in (f"{PREFIX}/cmd/bert/camera/yard/release", ALARM.topic, f"{PREFIX}/status"):
            await anna.publish(Message(spoof, b"spoof"))  # taken, and silently dropped
        await vera.publish(Message(f"{PREFIX}/cmd/vera/camera/yard/release", b"spoof"))
        await anna.publish(Message(f"{PREFIX}/cmd/anna/camera/yard/release", b"honest"))
        assert (await heard(service)).payload == b"honest"

        await service.publish(Message(f"{PREFIX}/reply/bert/default", b"for bert"))
        await service.publish(Message(f"{PREFIX}/cmd/bert/camera/yard/release", b"by bert"))
        await service.publish(Message(f"{PREFIX}/reply/anna/default", b"for anna"))
        assert (await heard(anna)).payload == b"for anna"


async def test_a_stranger_and_a_wrong_password_stay_outside(broker: BrokerProcess) -> None:
    place = broker.site.broker
    assert place is not None
    logins = (None, Credentials("anna", Secret("guess")), Credentials("nobody", Secret("")))
    buses = [AiomqttBus(host=place.host, port=place.port, credentials=login) for login in logins]
    tasks = [asyncio.ensure_future(bus.run()) for bus in buses]
    waits = [asyncio.ensure_future(bus.connected()) for bus in buses]
    try:
        inside, _ = await asyncio.wait(waits, timeout=0.8, return_when=asyncio.FIRST_COMPLETED)
        assert not inside
    finally:
        for task in (*tasks, *waits):
            task.cancel()
        await asyncio.gather(*tasks, *waits, return_exceptions=True)


async def test_a_client_that_vanishes_has_its_will_told(broker: BrokerProcess) -> None:
    world = real(broker)
    ear = world.bus()
    ear.subscribe([f"{PREFIX}/status"])
    async with kept(ear):
        mouth = world.bus(will=Message(f"{PREFIX}/status", b"offline", retain=True))
        assert isinstance(mouth, AiomqttBus)
        async with kept(mouth):
            assert mouth._connection is not None
            # The cable is cut: no goodbye of any kind.
            cable = mouth._connection.client._client.socket()
            assert isinstance(cable, socket.socket)
            cable.shutdown(socket.SHUT_RDWR)
            assert (await heard(ear)).payload == b"offline"
