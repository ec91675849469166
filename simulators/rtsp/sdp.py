"""What DESCRIBE answers: one live video track."""

import base64

from simulators.rtsp.payloads import PAYLOAD_TYPES
from simulators.video import CLOCK_HZ, Encoding, Format

TRACK = "trackID=0"


def description(host: str, form: Format, sets: tuple[bytes, ...]) -> str:
    """Return the session description of a stream; ``sets`` are its parameter sets."""
    kind = PAYLOAD_TYPES[form.encoding]
    coding = _coding(form.encoding, sets)
    lines = (
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        "s=Media Presentation",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        "a=range:npt=now-",
        f"m=video 0 RTP/AVP {kind}",
        f"b=AS:{form.bitrate_bps // 1000}",
        f"a=rtpmap:{kind} {form.encoding}/{CLOCK_HZ}",
        *([f"a=fmtp:{kind} {coding}"] if coding else []),
        f"a=framerate:{form.fps:g}",
        f"a=framesize:{kind} {form.width_px}-{form.height_px}",
        f"a=control:{TRACK}",
    )
    return "\r\n".join(lines) + "\r\n"


def _coding(encoding: Encoding, sets: tuple[bytes, ...]) -> str:
    """Return what a decoder starts from; empty for JPEG."""
    coded = [base64.b64encode(unit).decode() for unit in sets]
    match encoding:
        case Encoding.H264:
            profile = sets[0][1:4].hex()
            return (
                f"packetization-mode=1;profile-level-id={profile};"
                f"sprop-parameter-sets={','.join(coded)}"
            )
        case Encoding.H265:
            return ";".join(
                f"sprop-{name}={unit}"
                for name, unit in zip(("vps", "sps", "pps"), coded, strict=True)
            )
        case Encoding.JPEG:
            return ""
