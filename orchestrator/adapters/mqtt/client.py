"""One connection to a broker, remade for ever, over aiomqtt (asyncio-mqtt's present name).

``run`` owns the connection: it connects, subscribes every wanted filter, and pumps what arrives
into a bounded queue; when the connection is lost it waits a random part of a growing pause and
begins again. MQTT 5 is tried first and 3.1.1 when the broker refuses that version (amqtt knows
only 3.1.1). The socket runs with TCP_NODELAY: without it a command and its answer take 40 ms
longer. The will is told by the broker when we vanish, and by ourselves when we leave.
"""

import asyncio
import contextlib
import random
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import aiomqtt
import structlog

from orchestrator.errors import BusError
from orchestrator.ports import Credentials, Message

log = structlog.get_logger()

QUEUE = 1024
"""Messages that may wait to be read; what comes when it is full is dropped and counted."""
PAYLOAD_CAP_BYTES = 64 * 1024
"""Longer payloads are cut to one byte more than this, so that who reads them sees it."""
KEEPALIVE_S = 10
ACKNOWLEDGE_S = 5.0
GOODBYE_S = 1.0
PAUSE_FIRST_S = 0.1
PAUSE_CAP_S = 2.0
SETTLED_S = 10.0

_NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
_WRONG_VERSION = {1, 132}
"""CONNACK codes for "unsupported protocol version", of MQTT 3.1.1 and of MQTT 5."""
_REFUSED_LOGIN = {4, 5, 134, 135}
"""CONNACK codes for a wrong user or password and for a user who may not connect."""
_LOGIN_HINT = "check the user name and password in the secret that the site file names for mqtt"
_REFUSED_FROM = 0x80
"""SUBACK codes from here on refuse a filter."""


@dataclass(frozen=True, slots=True)
class _Connection:
    """A live connection, and a promise that ends when it does."""

    client: aiomqtt.Client
    lost: asyncio.Event


class AiomqttBus:
    """The ``Bus`` port over MQTT. Nothing happens before ``run``."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        credentials: Credentials | None,
        tls: bool = False,
        identifier: str | None = None,
        will: Message | None = None,
        version: aiomqtt.ProtocolVersion = aiomqtt.ProtocolVersion.V5,
    ) -> None:
        """Keep where and as whom to connect.

        ``identifier`` defaults to a random one: brokers drop the older of two connections with
        the same identifier, so one that can be guessed can be pushed out. ``will`` is published
        when this client vanishes or leaves. ``version`` is the one tried first.
        """
        self._host = host
        self._port = port
        self._credentials = credentials
        self._tls = tls
        self._identifier = identifier
        self._will = will
        self._version = version
        self._filters: list[str] = []
        self._more_wanted = asyncio.Event()
        self._arrived: asyncio.Queue[Message] = asyncio.Queue(QUEUE)
        self._connection: _Connection | None = None
        self._there = asyncio.Event()
        self._connections = 0
        self._last_reason = ""
        self.dropped = 0

    @property
    def connections(self) -> int:
        """Return how many connections were made; one more means: tell the retained state again."""
        return self._connections

    def subscribe(self, topics: Sequence[str]) -> None:
        """Want these topic filters; they are subscribed at every connection."""
        self._filters += [topic for topic in topics if topic not in self._filters]
        self._more_wanted.set()

    async def connected(self) -> None:
        """Return once the broker is there and has the subscriptions."""
        await self._there.wait()

    async def messages(self) -> AsyncIterator[Message]:
        """Return what arrives on the subscribed topics, through every reconnection."""
        while True:
            yield await self._arrived.get()

    async def publish(self, message: Message) -> None:
        """Send, and return when the broker has it; ``BusError`` when not connected."""
        connection = self._connection
        if connection is None:
            raise BusError(f"{self._place}: not connected; `{message.topic}` was not sent")
        sending = asyncio.ensure_future(_sent(connection.client, message))
        losing = asyncio.ensure_future(connection.lost.wait())
        try:
            await asyncio.wait((sending, losing), return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                raise BusError(f"{self._place}: lost before `{message.topic}` was acknowledged")
            sending.result()
        except aiomqtt.MqttError as error:
            raise BusError(f"{self._place}: `{message.topic}` was not sent: {error}") from error
        finally:
            sending.cancel()
            losing.cancel()

    async def run(self) -> None:
        """Keep the connection alive until cancelled; then say goodbye with the will."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began_s = loop.time()
            try:
                await self._one_connection()
            except aiomqtt.MqttError as error:
                _let_cancel(error)
                failures = 1 if loop.time() - began_s > SETTLED_S else failures + 1
                pause_s = 0.0 if self._other_version(error, failures) else _pause_s(failures)
                self._say_lost(error, failures)
                await asyncio.sleep(pause_s)

    @property
    def _place(self) -> str:
        return f"broker {self._host}:{self._port}"

    def _other_version(self, error: aiomqtt.MqttError, failures: int) -> bool:
        """Change the protocol version if it may be the trouble; say whether to try at once.

        Some brokers answer a version they do not know, others just hang up.
        """
        refused = _code(error) in _WRONG_VERSION
        if refused or self._connections == 0:
            v5, v311 = aiomqtt.ProtocolVersion.V5, aiomqtt.ProtocolVersion.V311
            self._version = v311 if self._version == v5 else v5
        return refused and failures == 1

    def _say_lost(self, error: aiomqtt.MqttError, failures: int) -> None:
        """Log each new reason, and then one failure in a hundred: an outage is one event."""
        reason, code = str(error), _code(error)
        if code in _WRONG_VERSION or (reason == self._last_reason and failures % 100):
            return
        self._last_reason = reason
        hint = _LOGIN_HINT if code in _REFUSED_LOGIN else "it is tried again until it is there"
        log.warning("broker lost", broker=self._place, reason=reason, hint=hint)

    async def _one_connection(self) -> None:
        """Connect, subscribe, and pump until the connection is lost, which raises."""
        client = await self._client()
        async with client:
            connection = _Connection(client, asyncio.Event())
            pumping = asyncio.ensure_future(self._pump(client))
            subscribing = asyncio.ensure_future(self._keep_subscribing(connection))
            try:
                await _first_to_fail(pumping, subscribing)
            finally:
                self._there.clear()
                self._connection = None
                connection.lost.set()
                await self._goodbye(client)

    async def _client(self) -> aiomqtt.Client:
        tls = await asyncio.to_thread(ssl.create_default_context) if self._tls else None
        login = self._credentials
        return aiomqtt.Client(
            self._host,
            self._port,
            username=login.username if login else None,
            password=login.password.reveal() if login else None,
            identifier=self._identifier,
            protocol=self._version,
            will=_will(self._will),
            keepalive=KEEPALIVE_S,
            timeout=ACKNOWLEDGE_S,
            tls_context=tls,
            max_queued_incoming_messages=QUEUE,
            socket_options=[_NODELAY],
        )

    async def _keep_subscribing(self, connection: _Connection) -> None:
        """Subscribe what is wanted, now and whenever more is; then say that we are there."""
        done = 0
        while True:
            self._more_wanted.clear()
            wanted, done = self._filters[done:], len(self._filters)
            for topic in wanted:
                await self._subscribed(connection.client, topic)
            if self._connection is None:
                self._announce(connection)
            await self._more_wanted.wait()

    def _announce(self, connection: _Connection) -> None:
        self._connection = connection
        self._connections += 1
        self._last_reason = ""
        self._there.set()
        log.info("broker connected", broker=self._place, version=self._version.name)

    async def _subscribed(self, client: aiomqtt.Client, topic: str) -> None:
        for granted in await client.subscribe(topic, qos=1):
            code = granted if isinstance(granted, int) else granted.value
            if code >= _REFUSED_FROM:
                log.error(
                    "the broker refuses a subscription: give this user read access",
                    broker=self._place,
                    topic=topic,
                )

    async def _pump(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            try:
                self._arrived.put_nowait(_taken(message))
            except asyncio.QueueFull:
                self.dropped += 1
                if self.dropped % QUEUE == 1:
                    log.warning("messages come faster than they are read", dropped=self.dropped)

    async def _goodbye(self, client: aiomqtt.Client) -> None:
        """Publish the will ourselves: a broker forgets it when a client leaves in good order."""
        if self._will is not None:
            with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                await asyncio.wait_for(_sent(client, self._will), GOODBYE_S)


def _pause_s(failures: int) -> float:
    """Return a random part of a pause that doubles with each failure: no two clients in step."""
    return random.uniform(0, min(PAUSE_CAP_S, PAUSE_FIRST_S * 2.0 ** min(failures, 30)))  # noqa: S311 - spreads load, hides nothing


async def _first_to_fail(*tasks: asyncio.Future[None]) -> None:
    """Wait for tasks that never end well; raise the first failure, and leave none behind."""
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


def _let_cancel(error: aiomqtt.MqttError) -> None:
    """Go on with being cancelled, should the library's goodbye have failed meanwhile."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error


async def _sent(client: aiomqtt.Client, message: Message) -> None:
    await client.publish(message.topic, message.payload, qos=message.qos, retain=message.retain)


def _taken(message: aiomqtt.Message) -> Message:
    payload = bytes(message.payload[: PAYLOAD_CAP_BYTES + 1])
    return Message(str(message.topic), payload, bool(message.retain), message.qos)


def _will(message: Message | None) -> aiomqtt.Will | None:
    if message is None:
        return None
    return aiomqtt.Will(message.topic, message.payload, message.qos, message.retain)


def _code(error: aiomqtt.MqttError) -> int | None:
    rc = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    return rc if rc is None or isinstance(rc, int) else rc.value
