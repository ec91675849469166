"""A broker for one machine: amqtt (MQTT 3.1.1) on a loopback address, with users and topic rules.

For the demo, for tests, and for a site that fits on one box; anything larger uses mosquitto
(see ``mosquitto.py``). A plugin of ours keeps both doors: it checks passwords in constant time
against the secrets read at the start, and topics against ``access``. Three habits of amqtt 0.12
are closed here: it publishes a client's will unchecked (we refuse the login instead), it sends
retained messages for any granted filter unchecked (so a filter is granted only when all that it
matches may be read), and it lets a connection that breaks during a refusal end in a traceback.
"""

import asyncio
import contextlib
import hmac
import ipaddress
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field

import structlog
from amqtt.broker import Broker as AmqttBroker
from amqtt.contexts import Action, BaseContext, BrokerConfig, ListenerConfig
from amqtt.errors import AMQTTError
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


class _QuietBroker(AmqttBroker):  # type: ignore[misc]  # amqtt ships no types
    """amqtt, with a connection that breaks while being refused taken as the everyday thing it is."""

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        try:
            await super().stream_connected(reader, writer, listener_name)
        except ConnectionError as error:
            log.debug("broker connection broke", reason=str(error))


@contextlib.asynccontextmanager
async def embedded_broker(site: Site, secrets: Secrets) -> AsyncIterator[None]:
    """Serve the site's broker on its own loopback address while the context lasts."""
    address, port = _loopback(site)
    guests = Guestlist({account.user: account for account in accounts(site, secrets)})
    broker = _QuietBroker(_config(address, port, guests))
    try:
        await broker.start()
    except AMQTTError as error:
        raise BusError(f"cannot serve a broker on {address}:{port}: {error}") from error
    log.info("broker serves", address=address, port=port, users=len(guests.accounts))
    try:
        yield
    finally:
        await broker.shutdown()


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
