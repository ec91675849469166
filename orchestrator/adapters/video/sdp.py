"""Which track of a stream's description (RFC 8866) is video that can be decoded."""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orchestrator.errors import MediaError

MOST_LINES = 500
_MEDIA = re.compile(r"m=video \d+(?:/\d+)? RTP/AVP (\d{1,3})")
_FORMAT = re.compile(r"a=rtpmap:(\d{1,3}) ([A-Za-z0-9]{1,16})/90000")
_CONTROL = re.compile(r"[!-~]{1,1024}")
_STATIC_JPEG = "26"
"""A payload type that means JPEG without being said (RFC 3551)."""


class Codec(StrEnum):
    """What this service decodes; the values are as descriptions write them."""

    H264 = "H264"
    H265 = "H265"
    JPEG = "JPEG"


PARAMETER_SETS: Final = {
    Codec.H264: ("sprop-parameter-sets",),
    Codec.H265: ("sprop-vps", "sprop-sps", "sprop-pps"),
    Codec.JPEG: (),
}
"""Where a description carries what a decoder starts from (RFC 6184, RFC 7798)."""


@dataclass(frozen=True, slots=True)
class Track:
    """A video track: codec, how it is asked for, payload type, parameter sets (Annex B)."""

    codec: Codec
    control: str
    payload_type: int
    parameter_sets: bytes


def video_track(description: bytes) -> Track:
    """Return the first track that can be decoded; ``MediaError`` when there is none."""
    lines = description.decode("utf-8", "replace").splitlines()[:MOST_LINES]
    for start, line in enumerate(lines):
        media = _MEDIA.match(line)
        if media is None:
            continue
        section = _section(lines, start)
        codec = _codec(section, media[1])
        if codec is not None:
            sets = _parameter_sets(section, PARAMETER_SETS[codec])
            return Track(codec, _control(section), int(media[1]), sets)
    raise MediaError("the camera's stream holds no H.264, H.265 or JPEG video")


def _codec(section: list[str], payload_type: str) -> Codec | None:
    """Return what a payload type stands for, None when it cannot be decoded."""
    said = [
        form[2].upper()
        for line in section
        if (form := _FORMAT.match(line)) and form[1] == payload_type
    ]
    known = said[0] if said else Codec.JPEG if payload_type == _STATIC_JPEG else ""
    return Codec(known) if known in set(Codec) else None


def _section(lines: list[str], start: int) -> list[str]:
    """Return the lines of a medium, up to the next."""
    end = next((n for n in range(start + 1, len(lines)) if lines[n].startswith("m=")), len(lines))
    return lines[start + 1 : end]


def _control(section: list[str]) -> str:
    """Return how the track is asked for; empty when it is the stream itself."""
    for line in section:
        if line.startswith("a=control:"):
            control = line.removeprefix("a=control:").strip()
            if not _CONTROL.fullmatch(control):
                raise MediaError("the camera's stream is described with an impossible address")
            return "" if control == "*" else control
    return ""


def _parameter_sets(section: list[str], names: tuple[str, ...]) -> bytes:
    """Return the parameter sets that the description carries, with start codes."""
    text = "\n".join(section)
    found = [re.search(rf"\b{name}=([A-Za-z0-9+/=,]{{1,4096}})", text) for name in names]
    coded = [unit for match in found if match for unit in match[1].split(",") if unit]
    try:
        units = [base64.b64decode(unit, validate=True) for unit in coded]
    except binascii.Error:
        return b""  # they come again in the stream
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)
