"""An operator at a desk: sends commands over MQTT and notes every answer.

Commands are JSON on ``orchestrator/<site>/cmd/<user>/<object>/<id>/<verb>``; answers come in steps
on ``orchestrator/<site>/reply/<user>/<client>``. A command says when it was issued, by the true
time, whatever day a trial pretends it is. Sending never blocks on an answer; the answers are a
list that grows, and ``answered`` waits for one.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import aiomqtt
import msgspec

from simulators.score.records import Command, Reply

CLIENT = "desk"
FINAL = frozenset({"done", "failed", "rejected"})


class _Answer(msgspec.Struct, frozen=True):
    """What is read of an answer."""

    id: str
    step: str
    code: str = ""
    say: str = ""


class _Status(msgspec.Struct, frozen=True):
    """What is read of the service's own status."""

    state: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the broker is, and as whom to log in. ``password`` is never shown."""

    site: str
    host: str
    port: int
    user: str
    password: str

    def __repr__(self) -> str:
        """Return everything but the password."""
        return f"Desk({self.user} at {self.host}:{self.port}, {self.site})"


class OperatorClient:
    """A logged-in operator; made by ``at_desk``."""

    def __init__(
        self, desk: Desk, client: aiomqtt.Client, note: Callable[[Command | Reply], None]
    ) -> None:
        """Keep the connection and where commands and replies are noted."""
        self._desk = desk
        self._client = client
        self._note = note
        self._replies: list[Reply] = []
        self._news = asyncio.Condition()
        self.online = asyncio.Event()

    async def send(
        self,
        verb: str,
        kind: str,
        name: str,
        args: Mapping[str, object] | None = None,
        *,
        again: str | None = None,
    ) -> Command:
        """Ask ``verb`` of the camera or policy (``kind``) ``name``; ``again`` repeats an id."""
        command = Command(time.monotonic(), again or uuid4().hex, verb, repeat=again is not None)
        body = {
            "id": command.id,
            "issued_at": datetime.now(UTC).isoformat(),
            "expires_in": 10,
            "reply_to": f"{self._prefix}/reply/{self._desk.user}/{CLIENT}",
            "args": dict(args or {}),
        }
        self._note(command)
        topic = f"{self._prefix}/cmd/{self._desk.user}/{kind}/{name}/{verb}"
        await self._client.publish(topic, msgspec.json.encode(body), qos=1)
        return command

    async def answered(
        self, command: Command, *, within_s: float, final: bool = False
    ) -> Reply | None:
        """Return the first (or the final) reply since ``command`` was sent; None: none in time."""

        def reply() -> Reply | None:
            for found in self._replies:
                mine = found.id == command.id and found.at_s >= command.at_s
                if mine and (not final or found.step in FINAL):
                    return found
            return None

        try:
            async with asyncio.timeout(within_s), self._news:
                await self._news.wait_for(lambda: reply() is not None)
        except TimeoutError:
            return None
        return reply()

    async def listen(self) -> None:
        """Note what arrives, until cancelled."""
        async for message in self._client.messages:
            payload = bytes(message.payload)
            if str(message.topic).startswith(f"{self._prefix}/reply/"):
                await self._heard(payload)
            else:
                self._learn(payload)

    async def subscribe(self) -> None:
        """Want the answers, and to hear whether the service is there."""
        own = f"{self._prefix}/reply/{self._desk.user}/#"
        for topic in (own, f"{self._prefix}/status"):
            await self._client.subscribe(topic, qos=1)

    @property
    def _prefix(self) -> str:
        return f"orchestrator/{self._desk.site}"

    async def _heard(self, payload: bytes) -> None:
        answer = msgspec.json.decode(payload, type=_Answer)
        reply = Reply(time.monotonic(), answer.id, answer.step, answer.code or "", answer.say)
        self._note(reply)
        async with self._news:
            self._replies.append(reply)
            self._news.notify_all()

    def _learn(self, payload: bytes) -> None:
        """Note that the service is there."""
        if msgspec.json.decode(payload, type=_Status).state == "online":
            self.online.set()


@asynccontextmanager
async def at_desk(
    desk: Desk, note: Callable[[Command | Reply], None]
) -> AsyncIterator[OperatorClient]:
    """Yield an operator who is logged in and hears every answer."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            aiomqtt.Client(
                desk.host,
                desk.port,
                username=desk.user,
                password=desk.password,
                protocol=aiomqtt.ProtocolVersion.V311,
            )
        )
        operator = OperatorClient(desk, client, note)
        await operator.subscribe()
        listening = asyncio.create_task(operator.listen())
        try:
            yield operator
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
