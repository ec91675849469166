"""A broker for one machine: amqtt (MQTT 3.1.1) on a loopback address, with users and topic rules.

For the demo, for tests, and for a site that fits on one box; anything larger uses mosquitto
(see ``mosquitto.py``). A plugin of ours keeps both doors: it checks passwords in constant time
against the secrets read at the start, and topics against ``access``. Three habits of amqtt 0.12
are closed here: it publishes a client's will unchecked (we refuse the login instead), it sends
retained messages for any granted filter unchecked (so a filter is granted only when all that it
matches may be read), and it hangs on an MQTT 5 greeting (we refuse it by the book, so that such
a client can try 3.1.1).
"""

import asyncio
import contextlib
import hmac
import ipaddress
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field

import structlog
from amqtt.adapters import ReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker as AmqttBroker
from amqtt.contexts import Action, BaseContext, BrokerConfig, ListenerConfig
from amqtt.errors import AMQTTError, BrokerError
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from orchestrator.adapters.mqtt.access import Account, accounts
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, BusError, Finding
from orchestrator.ports import Secrets

log = structlog.get_logger()

MAX_CONNECTIONS = 256
REFUSAL_PAUSE_S = 0.2
"""What a wrong password costs whoever tries it."""
GREETING_S = 5.0
LEAVE_S = 3.0

_CONNECT = 0x10
_PROTOCOL = b"\x00\x04MQTT"
_LONGEST_HEADER = 4
"""A greeting of 256 MiB has a header one byte longer; nobody's greeting is that long."""
_MQTT_3_1_1 = 4
_MQTT_5 = 5
_UNSUPPORTED_VERSION = bytes((0x20, 3, 0, 0x84, 0))
"""An MQTT 5 CONNACK with the reason "unsupported protocol version"."""


@dataclass(frozen=True, slots=True)
class Guestlist:
    """Every account by user name; what the plugin is given through amqtt's configuration."""

    accounts: dict[str, Account]


class Doorkeeper(BaseAuthPlugin, BaseTopicPlugin):  # type: ignore[misc]  # amqtt ships no types
    """Lets in who knows a password, and each of them only where the rules say."""

    @dataclass
    class Config:
        """What amqtt hands to a plugin of ours."""

        guests: Guestlist = field(default_factory=lambda: Guestlist({}))

    def __init__(self, context: BaseContext) -> None:
        """Keep the guest list."""
        super().__init__(context)
        self._accounts: dict[str, Account] = context.config.guests.accounts

    async def authenticate(self, *, session: Session) -> bool:
        """Say whether this login is right and its will is one it may publish."""
        account = self._accounts.get(session.username or "")
        if account is None or not _knows(account, session.password or ""):
            log.warning("broker login refused", user=session.username, host=session.remote_address)
            await asyncio.sleep(REFUSAL_PAUSE_S)
            return False
        if session.will_flag and not account.may_write(session.will_topic or ""):
            log.warning("broker will refused", user=account.user, topic=session.will_topic)
            return False
        return True

    async def topic_filtering(
        self,
        *,
        session: Session | None = None,
        topic: str | None = None,
        action: Action | None = None,
    ) -> bool:
        """Say whether a login may publish to a topic, have it, or subscribe a whole filter."""
        account = self._accounts.get((session.username if session else None) or "")
        if account is None or not topic:
            return False
        return account.may_write(topic) if action is Action.PUBLISH else account.may_read(topic)


class _Resumed(ReaderAdapter):  # type: ignore[misc]  # amqtt ships no types
    """A stream whose first bytes were read already; amqtt reads them again."""

    def __init__(self, head: bytes, reader: asyncio.StreamReader) -> None:
        """Keep what was read, and where the rest comes from."""
        self._head = head
        self._reader = reader

    async def read(self, n: int = -1) -> bytes:
        """Return exactly ``n`` bytes, or all there will be."""
        first, self._head = (self._head, b"") if n < 0 else (self._head[:n], self._head[n:])
        if n < 0:
            return first + await self._reader.read()
        return first + await self._reader.readexactly(n - len(first))

    def feed_eof(self) -> None:
        """End the stream."""
        self._reader.feed_eof()


class _PoliteBroker(AmqttBroker):  # type: ignore[misc]  # amqtt ships no types
    """amqtt, which would wait for ever for the rest of an MQTT 5 greeting: this one refuses it.

    A connection that breaks while it is being refused is an everyday thing, not a traceback.
    """

    def __init__(self, config: BrokerConfig) -> None:
        """Start without connections."""
        super().__init__(config)
        self._open: set[asyncio.StreamWriter] = set()

    async def leave(self) -> None:
        """Hang up on everybody, then shut down: amqtt may wait for ever for a client to go."""
        for writer in tuple(self._open):
            writer.transport.abort()
        try:
            async with asyncio.timeout(LEAVE_S):
                await self.shutdown()
        except TimeoutError:
            log.warning("the broker did not shut down in good order", after_s=LEAVE_S)

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        """Look at the greeting, then leave the connection to amqtt."""
        self._open.add(writer)
        try:
            async with asyncio.timeout(GREETING_S):
                head, version = await _greeting(reader)
            if version == _MQTT_3_1_1:
                resumed = _Resumed(head, reader)
                await self._client_connected(listener_name, resumed, StreamWriterAdapter(writer))
            else:
                writer.write(_UNSUPPORTED_VERSION if version == _MQTT_5 else b"")
                await writer.drain()
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError) as error:
            log.debug("broker connection broke", reason=str(error))
        finally:
            self._open.discard(writer)
            writer.close()


async def _greeting(reader: asyncio.StreamReader) -> tuple[bytes, int]:
    """Return the first bytes of a connection, and the MQTT level they ask for (0: not MQTT)."""
    head = await reader.readexactly(2)
    while head[-1] & 0x80 and len(head) < _LONGEST_HEADER:
        head += await reader.readexactly(1)
    head += await reader.readexactly(len(_PROTOCOL) + 1)
    is_connect = head[0] == _CONNECT and head[:-1].endswith(_PROTOCOL)
    return head, head[-1] if is_connect else 0


@contextlib.asynccontextmanager
async def embedded_broker(site: Site, secrets: Secrets) -> AsyncIterator[None]:
    """Serve the site's broker on its own loopback address while the context lasts."""
    address, port = _loopback(site)
    guests = Guestlist({account.user: account for account in accounts(site, secrets)})
    broker = _PoliteBroker(_config(address, port, guests))
    try:
        await broker.start()
    except (AMQTTError, BrokerError) as error:
        why = f"cannot serve a broker on {address}:{port}: {error}"
        raise BusError(
            f"{why}; end whatever listens there, or change `mqtt` in site.yaml"
        ) from error
    log.info("broker serves", address=address, port=port, users=len(guests.accounts))
    try:
        yield
    finally:
        await broker.leave()


async def serve_broker(
    site: Site, secrets: Secrets, *, until: Awaitable[object] | None = None
) -> None:
    """Serve the site's broker until ``until`` is done, or until cancelled."""
    async with embedded_broker(site, secrets):
        await (until if until is not None else asyncio.Event().wait())


def _loopback(site: Site) -> tuple[str, int]:
    broker = site.broker
    if broker is None:
        raise AuthorError(
            [Finding(site.name, 1, 1, "the site declares no broker", "add `broker:` to its file")]
        )
    try:
        local = ipaddress.ip_address(broker.host).is_loopback
    except ValueError:
        local = False
    if not local or broker.tls:
        hint = "use an address 127.x.y.z without tls here, or run mosquitto for other machines"
        text = f"the built-in broker serves this machine only, and cannot be `{broker.host}`"
        raise AuthorError([Finding(site.name, 1, 1, text, hint)])
    return broker.host, broker.port


def _config(address: str, port: int, guests: Guestlist) -> BrokerConfig:
    bind = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    doorkeeper = f"{Doorkeeper.__module__}.{Doorkeeper.__qualname__}"
    return BrokerConfig(
        listeners={"default": ListenerConfig(bind=bind, max_connections=MAX_CONNECTIONS)},
        plugins={doorkeeper: {"guests": guests}},
    )


def _knows(account: Account, password: str) -> bool:
    expected = account.credentials.password.reveal()
    return hmac.compare_digest(expected.encode(), password.encode())
