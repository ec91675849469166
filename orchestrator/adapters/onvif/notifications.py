"""What a camera tells of itself: its notifications, read as reports of ours.

Topics are ONVIF's (Core specification, "Event handling"; Imaging, PTZ, Analytics and Device IO for
theirs). What is of no topic we know is left out, and so is what does not say what it must. A topic
that has a state begins and ends; one that only happens begins and ends at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree

from orchestrator.adapters.onvif.calls import answer_in
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.names import NOTIFICATION, SCHEMA, TOPICS, Service
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import CameraReported, Report

MOST_MESSAGES: Final = 256
"""Of one answer; a camera is asked for fewer, and those that do not care are cut here."""
_MOST_ITEMS: Final = 32
_TRUE: Final = frozenset({"true", "1", "active"})
_FALSE: Final = frozenset({"false", "0", "inactive"})
_STATES: Final = frozenset({"State", "LogicalState", "Failed", "Critical", "Active", "Tampering"})
"""The items of a state, beside those called ``IsMotion``, ``IsInside`` and the like."""
_RULES: Final = "RuleEngine"

_REPORTS: Final[Mapping[tuple[str, ...], Report]] = {
    ("VideoSource", "MotionAlarm"): Report.MOTION,
    ("VideoSource", "GlobalSceneChange"): Report.TAMPER,
    ("VideoSource", "ImageTooDark"): Report.TOO_DARK,
    ("VideoSource", "ImageTooBright"): Report.TOO_BRIGHT,
    ("VideoSource", "ImageTooBlurry"): Report.TOO_BLURRY,
    ("Device", "Trigger", "DigitalInput"): Report.INPUT,
    ("Device", "HardwareFailure"): Report.FAILURE,
    ("PTZController", "PTZPresets", "Reached"): Report.PRESET,
    (_RULES, "CellMotionDetector", "Motion"): Report.MOTION,
    (_RULES, "MotionRegionDetector", "Motion"): Report.MOTION,
    (_RULES, "TamperDetector", "Tamper"): Report.TAMPER,
    (_RULES,): Report.RULE,
}
_MOMENTARY: Final = frozenset({Report.PRESET})
_NAMES: Final = ("PresetName", "PresetToken")


@dataclass(frozen=True, slots=True)
class Told:
    """One notification; ``active`` is None for what only happens.

    ``sent`` is what tells it from every other of this camera: its topic, its source, the camera's
    own time and its state. It is empty where the camera names no time.
    """

    report: Report
    part: str
    active: bool | None
    sent: tuple[str, ...] = ()


def told(root: etree._Element) -> tuple[Told, ...]:
    """Return what an envelope with PullMessagesResponse tells, the oldest first."""
    answer = answer_in(root)
    if answer.tag != f"{{{Service.EVENTS.value}}}PullMessagesResponse":
        raise Unusable("the answer is no PullMessagesResponse")
    messages = answer.iterfind(f"{{{NOTIFICATION}}}NotificationMessage")
    found = (_told(message) for message in islice(messages, MOST_MESSAGES))
    return tuple(each for each in found if each is not None)


def reported(camera: CameraId, told: Sequence[Told], at_s: float) -> tuple[CameraReported, ...]:
    """Return what was told as observations; what only happens begins and ends at once."""
    return tuple(
        CameraReported(camera, each.report, active, at_s, each.part)
        for each in told
        for active in ((True, False) if each.active is None else (each.active,))
    )


def _told(notification: etree._Element) -> Told | None:
    topic = _topic(notification.find(f"{{{NOTIFICATION}}}Topic"))
    message = notification.find(f"{{{NOTIFICATION}}}Message/{{{SCHEMA}}}Message")
    known = next((topic[:n] for n in range(len(topic), 0, -1) if topic[:n] in _REPORTS), None)
    if known is None or message is None:
        return None
    report = _REPORTS[known]
    source = dict(_items(message, "Source"))
    data = dict(_items(message, "Data"))
    active = _active(message, report, data)
    utc = (message.get("UtcTime") or "").strip()[:64]
    sent = ("/".join(topic), *map("=".join, source.items()), utc, str(active)) if utc else ()
    return Told(report, _part(report, topic, topic[len(known) :], source, data), active, sent)


def _topic(element: etree._Element | None) -> tuple[str, ...]:
    """Return a topic's steps without their prefixes; nothing for one that is not ONVIF's own."""
    if element is None or len(text := (element.text or "").strip()) > 256:
        return ()
    first, *others = text.split("/")
    prefix, _, name = first.rpartition(":")
    if element.nsmap.get(prefix or None, TOPICS if prefix == "tns1" else "") != TOPICS:
        return ()
    return (name, *(step.rpartition(":")[2] for step in others))


def _items(message: etree._Element, part: str) -> Iterator[tuple[str, str]]:
    items = message.iterfind(f"{{{SCHEMA}}}{part}/{{{SCHEMA}}}SimpleItem")
    for item in islice(items, _MOST_ITEMS):
        yield _shown(item.get("Name", "")), _shown(item.get("Value", ""))


def _active(message: etree._Element, report: Report, data: Mapping[str, str]) -> bool | None:
    """Return whether it is so now; None for what has no state, but happens."""
    if report in _MOMENTARY:
        return None
    if message.get("PropertyOperation") == "Deleted":
        return False
    said = [value.lower() for name, value in data.items() if name in _STATES or name[:2] == "Is"]
    if any(value in _TRUE for value in said):
        return True
    return False if any(value in _FALSE for value in said) else None


def _part(
    report: Report,
    topic: tuple[str, ...],
    below: tuple[str, ...],
    source: Mapping[str, str],
    data: Mapping[str, str],
) -> str:
    """Return which of several it is about: two that can be so at once have two parts."""
    if report in _MOMENTARY:
        return next((data[name] for name in _NAMES if data.get(name)), "")
    if topic[0] == _RULES and source.get("Rule"):
        return source["Rule"]
    return "/".join(filter(None, (*below, *source.values())))[:128]


def _shown(text: str) -> str:
    """Return a device's words as one short printable line."""
    return "".join(sign for sign in text[:128] if sign.isprintable()).strip()
