"""Answers that zeep read, as values of ours: every field is checked before it is believed.

Only what the product uses is taken; anything odd is left out (a profile without a resolution)
or refused (a device that names no serial number).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from lxml import etree

from orchestrator.adapters.onvif.addresses import UnsafeAddress, is_at, service_target
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.names import Service

MAX_PROFILES: Final = 64
MAX_COMMANDS: Final = 64
_MAX_SIDE_PX: Final = 16_384
_MAX_FPS: Final = 1_000.0

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a device says it is."""

    manufacturer: str
    model: str
    serial: str
    firmware: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A media profile; ``encoding`` is empty when it carries no usable video."""

    token: str
    name: str
    encoding: str
    width_px: int
    height_px: int
    fps: float
    head: str
    """The token of its PTZ configuration; empty when it has no head."""
    source: str
    """The token of the sensor it shows; empty when it says none."""
    view: str = ""
    """The token of its video source configuration, by which masks are asked for."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The paths of a device's services on its approved origin.

    ``elsewhere`` are those whose address names another host; ``refused`` those without any use.
    """

    targets: Mapping[Service, str]
    elsewhere: frozenset[Service]
    refused: Mapping[Service, str]

    def with_others(self, others: "Endpoints") -> "Endpoints":
        """Return these, and what others have beside them."""
        targets = {**others.targets, **self.targets}
        elsewhere = self.elsewhere | (others.elsewhere - self.targets.keys())
        refused = {**others.refused, **self.refused}
        return Endpoints(targets, elsewhere, _of_none(refused, targets))


def identity(answer: Any) -> Identity:
    """Return GetDeviceInformation's answer."""
    serial = words(answer.SerialNumber)
    if not serial:
        raise Unusable("the camera names no serial number")
    return Identity(
        manufacturer=words(answer.Manufacturer),
        model=words(answer.Model),
        serial=serial,
        firmware=words(answer.FirmwareVersion),
    )


def endpoints_of_services(answer: Any, host: str) -> Endpoints:
    """Return GetServices' answer: one path for each service we speak."""
    known = {service.value: service for service in Service}
    claimed = [
        (known[entry.Namespace], words(entry.XAddr, 2048))
        for entry in (answer or ())[:64]
        if entry.Namespace in known
    ]
    return _endpoints(claimed, host)


def endpoints_of_capabilities(answer: Any, host: str) -> Endpoints:
    """Return GetCapabilities' answer, the older way to ask for the same."""
    parts = {
        Service.DEVICE: answer.Device,
        Service.MEDIA: answer.Media,
        Service.PTZ: answer.PTZ,
        Service.IMAGING: answer.Imaging,
        Service.EVENTS: answer.Events,
    }
    claimed = [
        (service, words(part.XAddr, 2048)) for service, part in parts.items() if part is not None
    ]
    return _endpoints(claimed, host)


def _endpoints(claimed: list[tuple[Service, str]], host: str) -> Endpoints:
    targets: dict[Service, str] = {}
    elsewhere: set[Service] = set()
    refused: dict[Service, str] = {}
    # A service may be listed at several addresses: one at the approved host goes first.
    for here in (True, False):
        for service, xaddr in claimed:
            try:
                if is_at(xaddr, host) is here and service not in targets:
                    targets[service] = service_target(xaddr)
                    elsewhere |= set() if here else {service}
            except UnsafeAddress as error:
                refused.setdefault(service, str(error))
    return Endpoints(targets, frozenset(elsewhere), _of_none(refused, targets))


def _of_none(refused: Mapping[Service, str], targets: Mapping[Service, str]) -> dict[Service, str]:
    """Return why those services were refused that have no other address."""
    return {each: why for each, why in refused.items() if each not in targets}


@dataclass(frozen=True, slots=True)
class Claims:
    """What services say of themselves, in the words of their own GetServiceCapabilities.

    GetServices' answer may hold that for all of them; ``told`` are those it holds it for, and only
    the others have to be asked one by one.
    """

    told: frozenset[Service] = frozenset()
    reports_move_status: bool | None = None
    commands: tuple[str, ...] = ()


def claims(root: etree._Element) -> Claims:
    """Return what an envelope with GetServicesResponse says beside the addresses."""
    wrapped = {child.tag for each in root.iter(_CAPABILITIES) for child in each}
    told = frozenset(each for each in _CLAIMED if f"{{{each.value}}}Capabilities" in wrapped)
    return Claims(told, reports_move_status(root), device_commands(root))


_CAPABILITIES: Final = f"{{{Service.DEVICE.value}}}Capabilities"
_CLAIMED: Final = (Service.DEVICE, Service.PTZ)


def fewer_profiles(root: etree._Element) -> etree._Element:
    """Return a GetProfiles envelope with the profiles beyond ``MAX_PROFILES`` taken out."""
    tag = f"{{{Service.MEDIA.value}}}Profiles"
    for profile in list(root.iter(tag))[MAX_PROFILES:]:
        parent = profile.getparent()
        if parent is not None:
            parent.remove(profile)
    return root


def profiles(answer: Any) -> tuple[Profile, ...]:
    """Return GetProfiles' answer; a token that appears twice is taken once."""
    found: dict[str, Profile] = {}
    for entry in answer or ():
        token = words(entry.token)
        if token and token not in found:
            found[token] = _profile(token, entry)
    return tuple(found.values())


def _profile(token: str, entry: Any) -> Profile:
    encoder = entry.VideoEncoderConfiguration
    resolution = None if encoder is None else encoder.Resolution
    width = side_px(getattr(resolution, "Width", None))
    height = side_px(getattr(resolution, "Height", None))
    rate = None if encoder is None else encoder.RateControl
    usable = encoder is not None and width > 0 and height > 0
    return Profile(
        token=token,
        name=words(entry.Name) or token,
        encoding=words(encoder.Encoding).upper() if usable else "",
        width_px=width,
        height_px=height,
        fps=rate_fps(getattr(rate, "FrameRateLimit", None)),
        head=words(getattr(entry.PTZConfiguration, "token", None)),
        source=words(getattr(entry.VideoSourceConfiguration, "SourceToken", None)),
        view=words(getattr(entry.VideoSourceConfiguration, "token", None)),
    )


def stream_claim(answer: Any) -> str:
    """Return the address in GetStreamUri's answer, as the camera claims it."""
    return words(answer.Uri, 2048)


def node_commands(answer: Any) -> tuple[tuple[str, ...], ...]:
    """Return, PTZ node by node, the auxiliary commands that GetNodes reports."""
    return tuple(
        tuple(filter(None, (words(each) for each in (node.AuxiliaryCommands or ())[:MAX_COMMANDS])))
        for node in (answer or ())[:64]
    )


def device_commands(root: etree._Element) -> tuple[str, ...]:
    """Return the auxiliary commands that the device's own GetServiceCapabilities lists.

    It is a list in one attribute, which zeep reads as a single text.
    """
    for element in root.iter(f"{{{Service.DEVICE.value}}}Misc"):
        return tuple(words(each) for each in element.get("AuxiliaryCommands", "").split())[
            :MAX_COMMANDS
        ]
    return ()


def reports_move_status(root: etree._Element) -> bool | None:
    """Return what GetServiceCapabilities says of MoveStatus; None when it does not say.

    The attribute is newer than the WSDL files, so it is read from the tree.
    """
    for element in root.iter(f"{{{Service.PTZ.value}}}Capabilities"):
        said = element.get("MoveStatus", "").strip().lower()
        return said in {"true", "1"} if said else None
    return None


def pulls(root: etree._Element) -> bool:
    """Return whether an event service says that it keeps pull points; one that is silent does.

    Core makes them mandatory, and the attribute is newer than many cameras.
    """
    for element in root.iter(f"{{{Service.EVENTS.value}}}Capabilities"):
        return element.get("WSPullPointSupport", "true").strip().lower() in {"true", "1"}
    return True


def reader(
    parse: Callable[[etree._Element], Any], make: Callable[[Any], Made]
) -> Callable[[etree._Element], Made]:
    """Return ``make`` after ``parse``, refusing what lacks an expected field."""

    def read(root: etree._Element) -> Made:
        try:
            return make(parse(root))
        except (AttributeError, TypeError) as error:
            raise Unusable("the answer lacks a field it must have") from error

    return read


def words(value: object, limit: int = 256) -> str:
    """Return a device's text as one printable line, cut at ``limit``."""
    text = ("" if value is None else str(value))[:limit]
    if text.isprintable():
        return text.strip()
    return "".join(sign for sign in text if sign.isprintable()).strip()


def side_px(value: object) -> int:
    """Return a side of a picture; 0 for one that makes no sense."""
    return value if isinstance(value, int) and 0 < value <= _MAX_SIDE_PX else 0


def rate_fps(value: object) -> float:
    """Return a rate limit; 0.0 when the camera says none."""
    number = float(value) if isinstance(value, int | float) else 0.0
    return number if 0.0 < number <= _MAX_FPS else 0.0
