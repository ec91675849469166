"""Which track of a stream's description (RFC 8866, RFC 6184) is its H.264 video."""

import base64
import binascii
import re
from dataclasses import dataclass

from orchestrator.errors import MediaError

MOST_LINES = 500
_MEDIA = re.compile(r"m=video \d+(?:/\d+)? RTP/AVP (\d{1,3})")
_FORMAT = re.compile(r"a=rtpmap:(\d{1,3}) H264/90000", re.IGNORECASE)
_CONTROL = re.compile(r"[!-~]{1,1024}")


@dataclass(frozen=True, slots=True)
class Track:
    """A video track: how it is asked for, its payload type, and its parameter sets (Annex B)."""

    control: str
    payload_type: int
    parameter_sets: bytes


def video_track(description: bytes) -> Track:
    """Return the first H.264 track; ``MediaError`` when there is none."""
    lines = description.decode("utf-8", "replace").splitlines()[:MOST_LINES]
    for start, line in enumerate(lines):
        media = _MEDIA.match(line)
        if media is None:
            continue
        section = _section(lines, start)
        if any((form := _FORMAT.match(said)) and form[1] == media[1] for said in section):
            return Track(_control(section), int(media[1]), _parameter_sets(section))
    raise MediaError("the camera's stream holds no H.264 video")


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


def _parameter_sets(section: list[str]) -> bytes:
    """Return the parameter sets that the description carries, with start codes."""
    match = re.search(r"sprop-parameter-sets=([A-Za-z0-9+/=,]{1,4096})", "\n".join(section))
    if match is None:
        return b""
    try:
        units = [base64.b64decode(unit, validate=True) for unit in match[1].split(",") if unit]
    except binascii.Error:
        return b""  # they come again in the stream
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)
