"""The only two channels: ``Latest``, a value you may overwrite, and ``Outbox``, a fact you may not.

Both belong to one event loop and are not thread-safe; a foreign thread enters through
``loop.call_soon_threadsafe``.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Latest(Generic[Value]):
    """The newest value of something; a slow reader skips what was overwritten, and it is counted."""

    def __init__(self) -> None:
        """Start empty."""
        self._value: Value | None = None
        self._fresh = asyncio.Event()
        self.overwritten = 0

    def put(self, value: Value) -> None:
        """Replace the value."""
        if self._fresh.is_set():
            self.overwritten += 1
        self._value = value
        self._fresh.set()

    def peek(self) -> Value | None:
        """Return the newest value without taking it, or None before the first."""
        return self._value

    def newer(self) -> Value | None:
        """Take the newest value if it was not taken yet, without waiting for one."""
        if not self._fresh.is_set():
            return None
        self._fresh.clear()
        return self._value

    async def take(self) -> Value:
        """Return the newest value as soon as there is one that was not taken yet."""
        await self._fresh.wait()
        self._fresh.clear()
        assert self._value is not None
        return self._value

    async def take_within(self, timer: Coroutine[object, object, None]) -> Value | None:
        """Return the newest value, or None when ``timer`` ends before there is one."""
        taking = asyncio.ensure_future(self._fresh.wait())
        timing = asyncio.ensure_future(timer)
        try:
            await asyncio.wait((taking, timing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            taking.cancel()
            timing.cancel()
        return await self.take() if self._fresh.is_set() else None


class Outbox(Generic[Value]):
    """Facts in order, none lost, at most ``capacity`` waiting."""

    def __init__(self, capacity: int) -> None:
        """Start empty."""
        self._facts: deque[Value] = deque()
        self._capacity = capacity
        self._waiting = asyncio.Event()

    def __len__(self) -> int:
        """Return how many facts wait."""
        return len(self._facts)

    def offer(self, fact: Value) -> bool:
        """Add a fact; False when the box is full, and then the fact is still the caller's."""
        if len(self._facts) >= self._capacity:
            return False
        self._facts.append(fact)
        self._waiting.set()
        return True

    async def take(self, limit: int = 1) -> list[Value]:
        """Return the oldest facts, at least one and at most ``limit``, and remove them."""
        await self._waiting.wait()
        return self.drain(limit)

    def drain(self, limit: int) -> list[Value]:
        """Return up to ``limit`` of the oldest facts at once, and remove them."""
        facts = [self._facts.popleft() for _ in range(min(limit, len(self._facts)))]
        if not self._facts:
            self._waiting.clear()
        return facts
