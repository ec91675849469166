"""The message bus."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message from or for the broker."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 1


class Bus(Protocol):
    """The broker, seen as a connection that comes and goes and is remade by itself."""

    async def publish(self, message: Message) -> None:
        """Send, and return when the broker has it; ``BusError`` when not connected."""
        ...

    def messages(self) -> AsyncIterator[Message]:
        """Return what arrives on the subscribed topics, through every reconnection."""
        ...

    def subscribe(self, topics: Sequence[str]) -> None:
        """Want these topic filters; they are subscribed at every connection."""
        ...

    async def connected(self) -> None:
        """Return once the broker is there."""
        ...

    @property
    def connections(self) -> int:
        """Return how many connections were made; one more means: tell the retained state again."""
        ...

    async def run(self) -> None:
        """Keep the connection alive until cancelled."""
        ...
