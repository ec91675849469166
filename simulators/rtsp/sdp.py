"""What DESCRIBE answers: one live video track."""

import base64

from simulators.rtsp.rtp import PAYLOAD_TYPE
from simulators.video import CLOCK_HZ, Format, ParameterSets

TRACK = "trackID=0"


def description(host: str, form: Format, sets: ParameterSets) -> str:
    """Return the session description of a stream."""
    sprop = ",".join(base64.b64encode(unit).decode() for unit in (sets.sequence, sets.picture))
    coding = (
        f"packetization-mode=1;profile-level-id={sets.profile_level_id};"
        f"sprop-parameter-sets={sprop}"
    )
    lines = (
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        "s=Media Presentation",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        "a=range:npt=now-",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"b=AS:{form.bitrate_bps // 1000}",
        f"a=rtpmap:{PAYLOAD_TYPE} H264/{CLOCK_HZ}",
        f"a=fmtp:{PAYLOAD_TYPE} {coding}",
        f"a=framerate:{form.fps:g}",
        f"a=framesize:{PAYLOAD_TYPE} {form.width_px}-{form.height_px}",
        f"a=control:{TRACK}",
    )
    return "\r\n".join(lines) + "\r\n"
