"""The calls of a subscription as XML, by hand: what is asked, and what is read of the answers.

A subscription is a WS-Addressing endpoint: an address, and reference parameters that the camera
wants to hear again with each call. Both are the camera's words, kept as such and capped.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4
from xml.sax.saxutils import escape

from lxml import etree

from orchestrator.adapters.onvif.calls import answer_in
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.names import ADDRESSING, NOTIFICATION, Operation, Service

_UNSAID_S: Final = 60.0
_SHORTEST_S: Final = 5.0
_LONGEST_S: Final = 86_400.0
_MOST_PARAMETERS: Final = 16
_MOST_PARAMETER_BYTES: Final = 4096
_ANONYMOUS: Final = f"{ADDRESSING}/anonymous"
_TEV: Final = Service.EVENTS.value
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A subscription as its camera wrote it: an address, and what to repeat with each call."""

    address: str
    parameters: tuple[bytes, ...]
    granted_s: float


def create_pull_point(wanted_s: float) -> bytes:
    """Return the payload of CreatePullPointSubscription."""
    return (
        f'<tev:CreatePullPointSubscription xmlns:tev="{_TEV}"><tev:InitialTerminationTime>'
        f"PT{wanted_s:.0f}S</tev:InitialTerminationTime></tev:CreatePullPointSubscription>"
    ).encode()


def pull_messages(wait_s: int, most: int) -> bytes:
    """Return the payload of PullMessages."""
    return (
        f'<tev:PullMessages xmlns:tev="{_TEV}"><tev:Timeout>PT{wait_s}S</tev:Timeout>'
        f"<tev:MessageLimit>{most}</tev:MessageLimit></tev:PullMessages>"
    ).encode()


def set_synchronization_point() -> bytes:
    """Return the payload of SetSynchronizationPoint."""
    return f'<tev:SetSynchronizationPoint xmlns:tev="{_TEV}"/>'.encode()


def renew(term: float | datetime) -> bytes:
    """Return the payload of Renew: for so many seconds, or until an hour of the camera in UTC."""
    said = f"PT{term:.0f}S" if isinstance(term, float) else term.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'<wsnt:Renew xmlns:wsnt="{NOTIFICATION}"><wsnt:TerminationTime>{said}'
        "</wsnt:TerminationTime></wsnt:Renew>"
    ).encode()


def unsubscribe() -> bytes:
    """Return the payload of Unsubscribe."""
    return f'<wsnt:Unsubscribe xmlns:wsnt="{NOTIFICATION}"/>'.encode()


def created(root: etree._Element) -> Reference:
    """Return the subscription in an envelope with CreatePullPointSubscriptionResponse."""
    answer = answer_in(root)
    reference = answer.find(f"{{{_TEV}}}SubscriptionReference")
    if reference is None:
        raise Unusable("the answer names no subscription")
    address = (reference.findtext(f"{{{ADDRESSING}}}Address") or "").strip()
    parameters = reference.find(f"{{{ADDRESSING}}}ReferenceParameters")
    return Reference(address, _repeated(parameters), _granted_s(answer))


def renewed(root: etree._Element) -> float:
    """Return for how long an envelope with RenewResponse grants the subscription, in seconds."""
    answer = answer_in(root)
    if answer.tag != f"{{{NOTIFICATION}}}RenewResponse":
        raise Unusable("the answer is no RenewResponse")
    return _granted_s(answer)


def nothing(_root: etree._Element) -> None:
    """Take any answer that is no fault: what it says does not matter."""


def _granted_s(answer: etree._Element) -> float:
    """Return the span between the camera's two times; its clock need not be right for that."""
    begins = _instant(answer.findtext(f"{{{NOTIFICATION}}}CurrentTime"))
    ends = _instant(answer.findtext(f"{{{NOTIFICATION}}}TerminationTime"))
    if begins is None or ends is None:
        return _UNSAID_S
    return min(max((ends - begins).total_seconds(), _SHORTEST_S), _LONGEST_S)


def _instant(text: str | None) -> datetime | None:
    """Return an ``xs:dateTime`` in whole seconds; one without a zone is UTC."""
    found = _INSTANT.fullmatch((text or "").strip()[:64])
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1] + (found[2] or "Z"))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _repeated(parameters: etree._Element | None) -> tuple[bytes, ...]:
    """Return reference parameters as header blocks, as WS-Addressing 1.0 has them sent back."""
    blocks: list[bytes] = []
    for element in () if parameters is None else list(parameters)[:_MOST_PARAMETERS]:
        element.set(f"{{{ADDRESSING}}}IsReferenceParameter", "true")
        block = etree.tostring(element, with_tail=False)
        if len(block) > _MOST_PARAMETER_BYTES:
            raise Unusable("a reference parameter is too long to be repeated")
        blocks.append(block)
    return tuple(blocks)


def addressed(operation: Operation, reference: Reference) -> bytes:
    """Return the WS-Addressing header of a call to a subscription."""
    head = "".join(
        f'<wsa:{name} xmlns:wsa="{ADDRESSING}">{inside}</wsa:{name}>'
        for name, inside in (
            ("Action", operation.action),
            ("MessageID", uuid4().urn),
            ("ReplyTo", f"<wsa:Address>{_ANONYMOUS}</wsa:Address>"),
            ("To", escape(reference.address)),
        )
    )
    return head.encode() + b"".join(reference.parameters)
