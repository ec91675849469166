"""The event service: pull points of bounded length that end when nobody pulls.

A subscription is its path. Its queue holds the newest hundred messages; ``PullMessages`` waits
until one is there, a deadline passes or the subscription ends, and keeps the subscription alive.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulators.device.duration import duration_s, instant_text, remaining_s
from simulators.device.soap import Call, Fault, attribute, invalid, text
from simulators.device.table import Handler
from simulators.device.unit import Unit

MAX_PULL_POINTS = 10
_MAX_QUEUED = 100
_DEFAULT_LIFE_S = 60.0
_MAX_LIFE_S = 3600.0
_MAX_PULL_S = 60.0
_OURS = "urn:simulators:subscription"
_DIALECT = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"
_OF_ITSELF = (
    '<tns1:VideoSource><MotionAlarm wstop:topic="true"/>'
    '<GlobalSceneChange><ImagingService wstop:topic="true"/></GlobalSceneChange>'
    '<ImageTooDark><ImagingService wstop:topic="true"/></ImageTooDark></tns1:VideoSource>'
    '<tns1:Device><Trigger><DigitalInput wstop:topic="true"/><Relay wstop:topic="true"/></Trigger>'
    "</tns1:Device>"
)
_PRESET_TOPICS = (
    '<tns1:PTZController><PTZPresets><Invoked wstop:topic="true"/><Reached wstop:topic="true"/>'
    '<Aborted wstop:topic="true"/><Left wstop:topic="true"/></PTZPresets></tns1:PTZController>'
)

CAPABILITIES = (
    '<tev:Capabilities WSSubscriptionPolicySupport="false" WSPullPointSupport="true" '
    'WSPausableSubscriptionManagerInterfaceSupport="false" MaxNotificationProducers="1" '
    f'MaxPullPoints="{MAX_PULL_POINTS}" PersistentNotificationStorage="false"/>'
)

MOTION = "tns1:VideoSource/MotionAlarm"
PRESETS = "tns1:PTZController/PTZPresets"
SCENE_CHANGE = "tns1:VideoSource/GlobalSceneChange/ImagingService"
TOO_DARK = "tns1:VideoSource/ImageTooDark/ImagingService"
DIGITAL_INPUT = "tns1:Device/Trigger/DigitalInput"
RELAY = "tns1:Device/Trigger/Relay"


@dataclass(slots=True)
class Manners:
    """How a camera goes about its subscriptions, where cameras differ."""

    longest_s: float = _MAX_LIFE_S
    """It grants no more, whatever it is asked for."""
    minutes_for_seconds: bool = False
    """It takes the seconds of a duration for a sixtieth of them; a point in time it takes right."""
    most: int = MAX_PULL_POINTS
    renews: bool = True
    """Whether it takes a Renew; without, only pulling keeps a subscription alive."""
    tells_twice: bool = False
    waits: bool = True
    """Whether it waits with its answer until there is news; without, it answers at once."""
    longest_pull_s: float = _MAX_PULL_S
    refuses_longer_pulls: bool = False
    by_parameter: bool = False
    """Its subscriptions share an address and differ by a reference parameter."""
    elsewhere: str = ""
    """An origin that its subscription addresses name instead of its own."""


@dataclass(frozen=True, slots=True)
class Event:
    """One message: a topic, what it is about, and what is so now."""

    topic: str
    source: Mapping[str, str]
    data: Mapping[str, str]
    at_wall_s: float
    operation: str | None = None


@dataclass(slots=True, eq=False)
class PullPoint:
    """One subscription; ``ends_s`` is monotonic."""

    id: str
    ends_s: float
    queue: deque[Event] = field(default_factory=lambda: deque(maxlen=_MAX_QUEUED))
    filled: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, event: Event) -> None:
        """Append an event; the oldest falls out when the queue is full."""
        self.queue.append(event)
        self.filled.set()

    def take(self, limit: int) -> list[Event]:
        """Return and remove the oldest events."""
        taken = [self.queue.popleft() for _ in range(min(limit, len(self.queue)))]
        if not self.queue:
            self.filled.clear()
        return taken


class EventService:
    """Answers the ``tev`` operations and those of its subscriptions (``wsnt``)."""

    def __init__(
        self, unit: Unit, *, now_s: Callable[[], float], wall_s: Callable[[], float]
    ) -> None:
        """Keep the clocks."""
        self._unit = unit
        self._now_s = now_s
        self._wall_s = wall_s
        self.manners = Manners()
        self.created = 0
        """How many subscriptions there ever were."""
        self._points: dict[str, PullPoint] = {}
        self._properties: dict[tuple[str, tuple[tuple[str, str], ...]], Event] = {}

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "tev:GetServiceCapabilities": self._service_capabilities,
            "tev:GetEventProperties": self._event_properties,
            "tev:CreatePullPointSubscription": self._create,
            "tev:PullMessages": self._pull,
            "tev:SetSynchronizationPoint": self._synchronise,
            "wsnt:Renew": self._renew,
            "wsnt:Unsubscribe": self._unsubscribe,
        }

    @property
    def subscriptions(self) -> int:
        """Return how many subscriptions are alive."""
        self._forget_ended()
        return len(self._points)

    def publish(
        self,
        topic: str,
        source: Mapping[str, str],
        data: Mapping[str, str],
        *,
        lasting: bool = False,
    ) -> None:
        """Tell every subscriber; a lasting one is a property, told again on synchronisation."""
        at = self._wall_s()
        if lasting:
            key = (topic, tuple(source.items()))
            known = key in self._properties
            event = Event(topic, source, data, at, "Changed" if known else "Initialized")
            self._properties[key] = event
        else:
            event = Event(topic, source, data, at)
        for point in self._points.values():
            point.put(event)
            if self.manners.tells_twice:
                point.put(event)

    def forget(self) -> None:
        """Lose every subscription, as a device does that loses power."""
        self._points.clear()

    async def _service_capabilities(self, _call: Call) -> str:
        return (
            f"<tev:GetServiceCapabilitiesResponse>{CAPABILITIES}"
            "</tev:GetServiceCapabilitiesResponse>"
        )

    async def _event_properties(self, _call: Call) -> str:
        topics = _OF_ITSELF + (_PRESET_TOPICS if self._unit.has_ptz else "")
        return (
            "<tev:GetEventPropertiesResponse>"
            "<tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml"
            "</tev:TopicNamespaceLocation><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet>"
            f"<wstop:TopicSet>{topics}</wstop:TopicSet>"
            f"<wsnt:TopicExpressionDialect>{_DIALECT}</wsnt:TopicExpressionDialect>"
            "<tev:MessageContentFilterDialect>"
            "http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter"
            "</tev:MessageContentFilterDialect>"
            "<tev:MessageContentSchemaLocation>http://www.onvif.org/onvif/ver10/schema/onvif.xsd"
            "</tev:MessageContentSchemaLocation></tev:GetEventPropertiesResponse>"
        )

    async def _create(self, call: Call) -> str:
        self._forget_ended()
        if len(self._points) >= self.manners.most:
            raise Fault(
                "wsnt:SubscribeCreationFailedFault",
                reason=f"{self.manners.most} pull points are the most this camera keeps",
                receiver=True,
                status=500,
            )
        life_s = self._life_s(call.text("tev:InitialTerminationTime"))
        point = PullPoint(secrets.token_hex(8), self._now_s() + life_s)
        for event in self._properties.values():
            point.put(event)
        self._points[point.id] = point
        self.created += 1
        return (
            "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
            f"{self._reference(point)}</tev:SubscriptionReference>{self._times('wsnt', point)}"
            "</tev:CreatePullPointSubscriptionResponse>"
        )

    def _reference(self, point: PullPoint) -> str:
        """Return where a subscription is, as WS-Addressing says it."""
        root = f"{self.manners.elsewhere or self._unit.origin}/onvif/subscription"
        if not self.manners.by_parameter:
            return f"<wsa:Address>{root}/{point.id}</wsa:Address>"
        return (
            f"<wsa:Address>{root}</wsa:Address><wsa:ReferenceParameters>"
            f'<sim:Id xmlns:sim="{_OURS}">{point.id}</sim:Id></wsa:ReferenceParameters>'
        )

    async def _pull(self, call: Call) -> str:
        point = self._point(call)
        asked_s = duration_s(call.text("tev:Timeout") or "PT0S") or 0.0
        if self.manners.refuses_longer_pulls and asked_s > self.manners.longest_pull_s:
            raise Fault("ter:InvalidArgVal", reason=f"cannot wait for {asked_s:g} s")
        wait_s = min(asked_s, self.manners.longest_pull_s) if self.manners.waits else 0.0
        limit = _limit(call.text("tev:MessageLimit") or "1")
        point.ends_s = max(point.ends_s, self._now_s() + wait_s + _DEFAULT_LIFE_S)
        try:
            async with asyncio.timeout(max(wait_s, 0.001)):
                await point.filled.wait()
        except TimeoutError:
            pass
        messages = "".join(_written(event) for event in point.take(limit))
        return (
            f"<tev:PullMessagesResponse>{self._times('tev', point)}{messages}"
            "</tev:PullMessagesResponse>"
        )

    async def _synchronise(self, call: Call) -> str:
        point = self._point(call)
        for event in self._properties.values():
            point.put(Event(event.topic, event.source, event.data, self._wall_s(), "Initialized"))
        return "<tev:SetSynchronizationPointResponse/>"

    async def _renew(self, call: Call) -> str:
        point = self._point(call)
        if not self.manners.renews:
            raise Fault("wsnt:UnacceptableTerminationTimeFault", reason="cannot renew that")
        point.ends_s = self._now_s() + self._life_s(call.text("wsnt:TerminationTime"))
        wall = self._wall_s()
        ends = wall + point.ends_s - self._now_s()
        return (
            f"<wsnt:RenewResponse><wsnt:TerminationTime>{instant_text(ends)}</wsnt:TerminationTime>"
            f"<wsnt:CurrentTime>{instant_text(wall)}</wsnt:CurrentTime></wsnt:RenewResponse>"
        )

    async def _unsubscribe(self, call: Call) -> str:
        point = self._point(call)
        del self._points[point.id]
        return "<wsnt:UnsubscribeResponse/>"

    def _times(self, prefix: str, point: PullPoint) -> str:
        wall = self._wall_s()
        ends = wall + point.ends_s - self._now_s()
        return (
            f"<{prefix}:CurrentTime>{instant_text(wall)}</{prefix}:CurrentTime>"
            f"<{prefix}:TerminationTime>{instant_text(ends)}</{prefix}:TerminationTime>"
        )

    def _point(self, call: Call) -> PullPoint:
        self._forget_ended()
        said = None if call.header is None else call.header.findtext(f"{{{_OURS}}}Id")
        own = said if self.manners.by_parameter else call.path.rpartition("/")[2]
        point = self._points.get(own or "")
        if point is None:
            raise Fault("wsrf-rw:ResourceUnknownFault", reason="no such subscription")
        return point

    def _life_s(self, said: str | None) -> float:
        if not said:
            return _DEFAULT_LIFE_S
        life_s = remaining_s(said, self._wall_s())
        if life_s is None or life_s <= 0:
            raise Fault(
                "wsnt:UnacceptableInitialTerminationTimeFault",
                reason=f"cannot end a subscription at {said}",
            )
        if self.manners.minutes_for_seconds and duration_s(said) is not None:
            life_s /= 60.0
        return min(life_s, self.manners.longest_s)

    def _forget_ended(self) -> None:
        now_s = self._now_s()
        self._points = {id_: point for id_, point in self._points.items() if point.ends_s > now_s}


def _limit(said: str) -> int:
    if not said.isdecimal() or len(said) > 9 or int(said) == 0:
        raise invalid("ter:InvalidArgVal", f"cannot send {said} messages")
    return int(said)


def _written(event: Event) -> str:
    operation = f' PropertyOperation="{event.operation}"' if event.operation else ""
    return (
        "<wsnt:NotificationMessage>"
        f'<wsnt:Topic Dialect="{_DIALECT}">{text(event.topic)}</wsnt:Topic><wsnt:Message>'
        f'<tt:Message UtcTime="{instant_text(event.at_wall_s)}"{operation}>'
        f"<tt:Source>{_items(event.source)}</tt:Source><tt:Data>{_items(event.data)}</tt:Data>"
        "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )


def _items(items: Mapping[str, str]) -> str:
    return "".join(
        f"<tt:SimpleItem Name={attribute(name)} Value={attribute(value)}/>"
        for name, value in items.items()
    )
