"""A broker in memory, and buses on it: connections that a test can cut and mend.

It keeps the promises of a real one that the product relies on: filters, retained messages, a will
told when a client vanishes or leaves, nothing taken while it is away.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from orchestrator.errors import BusError
from orchestrator.ports import Message


class MemoryBroker:
    """Carries messages between buses; ``log`` is all it ever took."""

    def __init__(self) -> None:
        self.up = asyncio.Event()
        self.up.set()
        self.log: list[Message] = []
        self.retained: dict[str, Message] = {}
        self.changed = asyncio.Event()
        self.buses: list[MemoryBus] = []
        self.generation = 0

    def stop(self) -> None:
        """Go down and forget what was retained, as a broker without a disk does."""
        self.up.clear()
        self.generation += 1
        self.retained.clear()
        self._change()

    def start(self) -> None:
        self.up.set()
        self._change()

    def take(self, message: Message) -> None:
        self.log.append(message)
        if message.retain and message.payload:
            self.retained[message.topic] = message
        elif message.retain:
            self.retained.pop(message.topic, None)
        for bus in self.buses:
            bus.hear(Message(message.topic, message.payload, retain=False, qos=message.qos))
        self._change()

    def on(self, topic: str) -> list[Message]:
        """Return everything taken on a topic, oldest first."""
        return [message for message in self.log if message.topic == topic]

    async def until(self, topic: str, count: int = 1) -> list[Message]:
        """Return what was taken on a topic once there are ``count`` messages."""
        while len(self.on(topic)) < count:
            self.changed.clear()
            await self.changed.wait()
        return self.on(topic)

    def _change(self) -> None:
        self.changed.set()
        for bus in self.buses:
            bus.changed.set()


class MemoryBus:
    """The ``Bus`` port on a ``MemoryBroker``."""

    def __init__(self, broker: MemoryBroker, *, will: Message | None = None) -> None:
        self._broker = broker
        self._will = will
        self._filters: list[str] = []
        self._arrived: asyncio.Queue[Message] = asyncio.Queue(1024)
        self._there = asyncio.Event()
        self.changed = asyncio.Event()
        self.connections = 0

    def subscribe(self, topics: Sequence[str]) -> None:
        fresh = [topic for topic in topics if topic not in self._filters]
        self._filters += fresh
        if self._there.is_set():
            self._hear_retained(fresh)

    async def publish(self, message: Message) -> None:
        await asyncio.sleep(0)
        if not self._there.is_set() or not self._broker.up.is_set():
            raise BusError(f"memory: not connected; `{message.topic}` was not sent")
        self._broker.take(message)

    async def messages(self) -> AsyncIterator[Message]:
        while True:
            yield await self._arrived.get()

    async def connected(self) -> None:
        await self._there.wait()

    async def run(self) -> None:
        while True:
            await self._broker.up.wait()
            self._broker.buses.append(self)
            self._hear_retained(self._filters)
            self.connections += 1
            self._there.set()
            try:
                await self._until_lost()
            finally:
                self._there.clear()
                self._broker.buses.remove(self)
                if self._will is not None and self._broker.up.is_set():
                    self._broker.take(self._will)

    def hear(self, message: Message) -> None:
        if any(matches(wanted, message.topic) for wanted in self._filters):
            self._arrived.put_nowait(message)

    async def _until_lost(self) -> None:
        generation = self._broker.generation
        while self._broker.generation == generation:
            self.changed.clear()
            await self.changed.wait()

    def _hear_retained(self, filters: Sequence[str]) -> None:
        for message in self._broker.retained.values():
            if any(matches(wanted, message.topic) for wanted in filters):
                self._arrived.put_nowait(message)


def matches(wanted: str, topic: str) -> bool:
    asked, levels = wanted.split("/"), topic.split("/")
    for depth, level in enumerate(asked):
        if level == "#":
            return True
        if depth >= len(levels) or level not in ("+", levels[depth]):
            return False
    return len(asked) == len(levels)
