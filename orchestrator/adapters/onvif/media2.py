"""Media2, which is newer than the WSDL files: payloads written and answers read by hand.

Only here are H.265 streams listed. What is read equals what the older media service says of the
same profile (``tests/properties``); payloads are judged by the schemas of 26.06 in ``make interop``.
"""

from typing import Final

from lxml import etree

from orchestrator.adapters.onvif.answers import (
    MAX_PROFILES,
    Profile,
    rate_fps,
    side_px,
    words,
)
from orchestrator.adapters.onvif.calls import answer_in
from orchestrator.adapters.onvif.fast import escaped
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.names import SCHEMA, Operation, Service

TR2: Final = f"{{{Service.MEDIA2.value}}}"
TT: Final = f"{{{SCHEMA}}}"
_TYPES: Final = ("VideoSource", "VideoEncoder", "PTZ")


def media2_call(name: str, inside: str) -> bytes:
    """Return the payload of a Media2 operation."""
    schema = f' xmlns:tt="{SCHEMA}"' if "<tt:" in inside else ""
    return f'<tr2:{name} xmlns:tr2="{Service.MEDIA2.value}"{schema}>{inside}</tr2:{name}>'.encode()


def get_profiles() -> bytes:
    """Return the payload of GetProfiles, with those configurations that the product reads."""
    return media2_call("GetProfiles", "".join(f"<tr2:Type>{each}</tr2:Type>" for each in _TYPES))


def get_stream_uri(profile: str) -> bytes:
    """Return the payload of GetStreamUri, for RTP over RTSP."""
    return media2_call(
        "GetStreamUri",
        "<tr2:Protocol>RtspUnicast</tr2:Protocol>"
        f"<tr2:ProfileToken>{escaped(profile)}</tr2:ProfileToken>",
    )


def get_snapshot_uri(profile: str) -> bytes:
    """Return the payload of GetSnapshotUri."""
    return media2_call("GetSnapshotUri", f"<tr2:ProfileToken>{escaped(profile)}</tr2:ProfileToken>")


def response(root: etree._Element, operation: Operation) -> etree._Element:
    """Return an operation's response in an envelope; ``Unusable`` when something else is there."""
    answer = answer_in(root)
    if answer.tag != f"{{{operation.service.value}}}{operation.name}Response":
        raise Unusable(f"the answer is no {operation.name}Response")
    return answer


def profiles(answer: etree._Element) -> tuple[Profile, ...]:
    """Return what GetProfilesResponse lists; a token that appears twice is taken once."""
    found: dict[str, Profile] = {}
    for entry in answer.findall(f"{TR2}Profiles")[:MAX_PROFILES]:
        token = words(entry.get("token"))
        if token and token not in found:
            found[token] = _profile(token, entry)
    return tuple(found.values())


def uri(answer: etree._Element) -> str:
    """Return the address that an answer holds, as the camera claims it."""
    return words(answer.findtext(f"{TR2}Uri"), 2048)


def _profile(token: str, entry: etree._Element) -> Profile:
    held = f"{TR2}Configurations/{TR2}"
    encoder, source = entry.find(f"{held}VideoEncoder"), entry.find(f"{held}VideoSource")
    head = entry.find(f"{held}PTZ")
    width = height = 0
    rate, encoding = 0.0, ""
    if encoder is not None:
        width = _side(encoder.findtext(f"{TT}Resolution/{TT}Width"))
        height = _side(encoder.findtext(f"{TT}Resolution/{TT}Height"))
        rate = _rate(encoder.findtext(f"{TT}RateControl/{TT}FrameRateLimit"))
        encoding = words(encoder.findtext(f"{TT}Encoding")).upper()
    return Profile(
        token=token,
        name=words(entry.findtext(f"{TR2}Name")) or token,
        encoding=encoding if width and height else "",
        width_px=width,
        height_px=height,
        fps=rate,
        head="" if head is None else words(head.get("token")),
        source="" if source is None else words(source.findtext(f"{TT}SourceToken")),
        view="" if source is None else words(source.get("token")),
    )


def _side(text: str | None) -> int:
    digits = (text or "").strip()
    return side_px(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0


def _rate(text: str | None) -> float:
    try:
        return rate_fps(float((text or "").strip()[:32]))
    except ValueError:
        return 0.0
