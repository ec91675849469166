"""The Media2 service: the same profile, stream and snapshot as the older media service tells.

It is newer than the WSDL files that most clients bring along; its answers keep to ONVIF 26.06.
"""

from collections.abc import Mapping

from simulators.device.media import demand_profile, multicast_body, source_body
from simulators.device.soap import Call, attribute, invalid, text
from simulators.device.spaces import USUAL, Manner, configuration_body
from simulators.device.table import Handler
from simulators.device.unit import ENCODER, PROFILE, PTZ_CONFIGURATION, SOURCE, Unit

CAPABILITIES = (
    '<tr2:Capabilities SnapshotUri="true" Rotation="false" VideoSourceMode="false" OSD="false"'
    ' Mask="true"><tr2:ProfileCapabilities MaximumNumberOfProfiles="1"'
    ' ConfigurationsSupported="VideoSource VideoEncoder PTZ"/>'
    '<tr2:StreamingCapabilities RTSPStreaming="true" RTPMulticast="false" RTP_RTSP_TCP="true"'
    ' NonAggregateControl="false"/></tr2:Capabilities>'
)
_PROTOCOLS = frozenset({"RtspUnicast", "RTSP", "RtspOverHttp"})


class Media2Service:
    """Answers the ``tr2`` operations, but for masks."""

    def __init__(self, unit: Unit, manner: Manner = USUAL) -> None:
        """Keep the camera's identity and picture, and how it speaks of its head."""
        self._unit = unit
        self._manner = manner

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "tr2:GetServiceCapabilities": self._service_capabilities,
            "tr2:GetProfiles": self._profiles,
            "tr2:GetVideoSourceConfigurations": self._source_configurations,
            "tr2:GetVideoEncoderConfigurations": self._encoder_configurations,
            "tr2:GetStreamUri": self._stream_uri,
            "tr2:GetSnapshotUri": self._snapshot_uri,
        }

    async def _service_capabilities(self, _call: Call) -> str:
        return (
            f"<tr2:GetServiceCapabilitiesResponse>{CAPABILITIES}"
            "</tr2:GetServiceCapabilitiesResponse>"
        )

    async def _profiles(self, call: Call) -> str:
        if call.text("tr2:Token") is not None:
            demand_profile(call, "tr2:Token")
        wanted = {(each.text or "").strip() for each in call.body.iterfind("{*}Type")}
        parts = {
            "VideoSource": f'<tr2:VideoSource token="{SOURCE}">{source_body(self._unit)}</tr2:VideoSource>',
            "VideoEncoder": self._encoder("VideoEncoder"),
        }
        if self._unit.has_ptz:
            parts["PTZ"] = (
                f'<tr2:PTZ token="{PTZ_CONFIGURATION}">{configuration_body(self._manner)}</tr2:PTZ>'
            )
        told = "".join(part for name, part in parts.items() if {"All", name} & wanted)
        held = f"<tr2:Configurations>{told}</tr2:Configurations>" if wanted else ""
        return (
            f'<tr2:GetProfilesResponse><tr2:Profiles token={attribute(PROFILE)} fixed="true">'
            f"<tr2:Name>{PROFILE}</tr2:Name>{held}</tr2:Profiles></tr2:GetProfilesResponse>"
        )

    async def _source_configurations(self, _call: Call) -> str:
        return (
            "<tr2:GetVideoSourceConfigurationsResponse>"
            f'<tr2:Configurations token="{SOURCE}">{source_body(self._unit)}</tr2:Configurations>'
            "</tr2:GetVideoSourceConfigurationsResponse>"
        )

    async def _encoder_configurations(self, _call: Call) -> str:
        return (
            "<tr2:GetVideoEncoderConfigurationsResponse>"
            f"{self._encoder('Configurations')}</tr2:GetVideoEncoderConfigurationsResponse>"
        )

    async def _stream_uri(self, call: Call) -> str:
        demand_profile(call)
        if call.text("tr2:Protocol") not in _PROTOCOLS:
            raise invalid("ter:InvalidStreamSetup", f"no protocol {call.text('tr2:Protocol')}")
        return _uri("GetStreamUri", self._unit.stream_uri)

    async def _snapshot_uri(self, call: Call) -> str:
        demand_profile(call)
        return _uri("GetSnapshotUri", self._unit.snapshot_uri)

    def _encoder(self, element: str) -> str:
        unit = self._unit
        return (
            f'<tr2:{element} token="{ENCODER}" GovLength="{unit.gop}" Profile="Baseline">'
            f"<tt:Name>{ENCODER}</tt:Name><tt:UseCount>1</tt:UseCount>"
            f"<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{unit.width_px}</tt:Width>"
            f"<tt:Height>{unit.height_px}</tt:Height></tt:Resolution>"
            f"<tt:RateControl><tt:FrameRateLimit>{unit.fps:g}</tt:FrameRateLimit>"
            f"<tt:BitrateLimit>{unit.bitrate_bps // 1000}</tt:BitrateLimit></tt:RateControl>"
            f"{multicast_body()}<tt:Quality>5</tt:Quality></tr2:{element}>"
        )


def _uri(operation: str, uri: str) -> str:
    return f"<tr2:{operation}Response><tr2:Uri>{text(uri)}</tr2:Uri></tr2:{operation}Response>"
