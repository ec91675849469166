"""What a camera says of itself: identity, addresses and the picture it streams."""

import uuid
from dataclasses import dataclass

PROFILE = "main"
"""The token of the one media profile, and the path of its RTSP stream."""
SOURCE = "video_source_0"
ENCODER = "h264_main"
PTZ_NODE = "ptz_node_0"
PTZ_CONFIGURATION = "ptz_0"

_FAMILY = uuid.UUID("8d0f3f0e-2c5b-4c1e-9a43-0d6f6e2c7a10")


@dataclass(frozen=True, slots=True)
class Unit:
    """One device on the network; sizes in pixels."""

    id: str
    host: str
    onvif_port: int
    rtsp_port: int
    serial: str
    model: str
    width_px: int
    height_px: int
    fps: float
    bitrate_bps: int
    has_ptz: bool
    manufacturer: str = "Simulated"
    firmware: str = "1.0.0"
    tls: bool = False
    """Whether its services are at HTTPS addresses."""

    @property
    def origin(self) -> str:
        """Return the origin of its services."""
        return f"{'https' if self.tls else 'http'}://{self._authority}:{self.onvif_port}"

    @property
    def stream_uri(self) -> str:
        """Return the RTSP address of its stream."""
        return f"rtsp://{self._authority}:{self.rtsp_port}/{PROFILE}"

    @property
    def snapshot_uri(self) -> str:
        """Return the HTTP address of its still picture."""
        return f"{self.origin}/snapshot.jpg"

    @property
    def _authority(self) -> str:
        """Return its host as an address spells it; a camera does not know our zones."""
        host = self.host.partition("%")[0]
        return f"[{host}]" if ":" in host else host

    @property
    def endpoint_reference(self) -> str:
        """Return its WS-Discovery address: the same at every start, another for every serial."""
        return f"urn:uuid:{uuid.uuid5(_FAMILY, self.serial)}"

    @property
    def mac(self) -> str:
        """Return a locally administered hardware address made from the serial number."""
        tail = uuid.uuid5(_FAMILY, self.serial).bytes[:5]
        return ":".join(f"{byte:02x}" for byte in b"\x02" + tail)

    @property
    def gop(self) -> int:
        """Return the frames from one keyframe to the next: two seconds."""
        return max(1, round(2 * self.fps))

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return its ONVIF scopes."""
        kind = "ptz" if self.has_ptz else "video_encoder"
        return (
            "onvif://www.onvif.org/type/Network_Video_Transmitter",
            f"onvif://www.onvif.org/type/{kind}",
            "onvif://www.onvif.org/Profile/Streaming",
            f"onvif://www.onvif.org/hardware/{self.model.replace(' ', '_')}",
            f"onvif://www.onvif.org/name/{self.id}",
            "onvif://www.onvif.org/location/simulated",
        )
