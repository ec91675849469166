"""The media service: one profile, its H.264 stream and its snapshot."""

from collections.abc import Mapping

from simulators.device.soap import Call, Fault, attribute, invalid, text
from simulators.device.spaces import USUAL, Manner, configuration_body
from simulators.device.table import Handler
from simulators.device.unit import ENCODER, PROFILE, PTZ_CONFIGURATION, SOURCE, Unit

CAPABILITIES = (
    '<trt:Capabilities SnapshotUri="true" Rotation="false" VideoSourceMode="false" OSD="false">'
    '<trt:ProfileCapabilities MaximumNumberOfProfiles="1"/>'
    '<trt:StreamingCapabilities RTPMulticast="false" RTP_TCP="true" RTP_RTSP_TCP="true" '
    'NonAggregateControl="false" NoRTSPStreaming="false"/>'
    "</trt:Capabilities>"
)


def demand_profile(call: Call, said: str = "") -> None:
    """Raise the fault for a profile this camera does not have; ``said`` is where it is named."""
    token = call.text(said or f"{call.prefix}:ProfileToken")
    if token != PROFILE:
        raise Fault("ter:InvalidArgVal", "ter:NoProfile", reason=f"no profile {token}")


class MediaService:
    """Answers the ``trt`` operations."""

    def __init__(self, unit: Unit, manner: Manner = USUAL) -> None:
        """Keep the camera's identity and picture, and how it speaks of its head."""
        self._unit = unit
        self._manner = manner

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "trt:GetServiceCapabilities": self._service_capabilities,
            "trt:GetProfiles": self._profiles,
            "trt:GetProfile": self._profile,
            "trt:GetVideoSources": self._video_sources,
            "trt:GetVideoSourceConfigurations": self._source_configurations,
            "trt:GetVideoEncoderConfigurations": self._encoder_configurations,
            "trt:GetVideoEncoderConfiguration": self._encoder_configuration,
            "trt:GetVideoEncoderConfigurationOptions": self._encoder_options,
            "trt:GetStreamUri": self._stream_uri,
            "trt:GetSnapshotUri": self._snapshot_uri,
        }

    async def _service_capabilities(self, _call: Call) -> str:
        return (
            f"<trt:GetServiceCapabilitiesResponse>{CAPABILITIES}"
            "</trt:GetServiceCapabilitiesResponse>"
        )

    async def _profiles(self, _call: Call) -> str:
        return f"<trt:GetProfilesResponse>{self._written('Profiles')}</trt:GetProfilesResponse>"

    async def _profile(self, call: Call) -> str:
        demand_profile(call)
        return f"<trt:GetProfileResponse>{self._written('Profile')}</trt:GetProfileResponse>"

    async def _video_sources(self, _call: Call) -> str:
        unit = self._unit
        return (
            f'<trt:GetVideoSourcesResponse><trt:VideoSources token="{SOURCE}">'
            f"<tt:Framerate>{unit.fps:g}</tt:Framerate><tt:Resolution><tt:Width>{unit.width_px}"
            f"</tt:Width><tt:Height>{unit.height_px}</tt:Height></tt:Resolution>"
            "</trt:VideoSources></trt:GetVideoSourcesResponse>"
        )

    async def _source_configurations(self, _call: Call) -> str:
        return (
            "<trt:GetVideoSourceConfigurationsResponse>"
            f'<trt:Configurations token="{SOURCE}">{source_body(self._unit)}</trt:Configurations>'
            "</trt:GetVideoSourceConfigurationsResponse>"
        )

    async def _encoder_configurations(self, _call: Call) -> str:
        return (
            "<trt:GetVideoEncoderConfigurationsResponse>"
            f'<trt:Configurations token="{ENCODER}">{self._encoder()}</trt:Configurations>'
            "</trt:GetVideoEncoderConfigurationsResponse>"
        )

    async def _encoder_configuration(self, call: Call) -> str:
        if call.text("trt:ConfigurationToken") != ENCODER:
            raise invalid("ter:NoConfig", "no such encoder configuration")
        return (
            "<trt:GetVideoEncoderConfigurationResponse>"
            f'<trt:Configuration token="{ENCODER}">{self._encoder()}</trt:Configuration>'
            "</trt:GetVideoEncoderConfigurationResponse>"
        )

    async def _encoder_options(self, call: Call) -> str:
        if call.text("trt:ProfileToken") is not None:
            demand_profile(call)
        unit = self._unit
        return (
            "<trt:GetVideoEncoderConfigurationOptionsResponse><trt:Options>"
            "<tt:QualityRange><tt:Min>1</tt:Min><tt:Max>10</tt:Max></tt:QualityRange><tt:H264>"
            f"<tt:ResolutionsAvailable><tt:Width>{unit.width_px}</tt:Width>"
            f"<tt:Height>{unit.height_px}</tt:Height></tt:ResolutionsAvailable>"
            f"<tt:GovLengthRange><tt:Min>{unit.gop}</tt:Min><tt:Max>{unit.gop}</tt:Max>"
            "</tt:GovLengthRange><tt:FrameRateRange><tt:Min>1</tt:Min>"
            f"<tt:Max>{round(unit.fps)}</tt:Max></tt:FrameRateRange>"
            "<tt:EncodingIntervalRange><tt:Min>1</tt:Min><tt:Max>1</tt:Max>"
            "</tt:EncodingIntervalRange><tt:H264ProfilesSupported>Baseline"
            "</tt:H264ProfilesSupported></tt:H264></trt:Options>"
            "</trt:GetVideoEncoderConfigurationOptionsResponse>"
        )

    async def _stream_uri(self, call: Call) -> str:
        demand_profile(call)
        return _media_uri("GetStreamUri", self._unit.stream_uri)

    async def _snapshot_uri(self, call: Call) -> str:
        demand_profile(call)
        return _media_uri("GetSnapshotUri", self._unit.snapshot_uri)

    def _written(self, element: str) -> str:
        ptz = (
            f'<tt:PTZConfiguration token="{PTZ_CONFIGURATION}">{configuration_body(self._manner)}'
            "</tt:PTZConfiguration>"
            if self._unit.has_ptz
            else ""
        )
        return (
            f'<trt:{element} token={attribute(PROFILE)} fixed="true"><tt:Name>{PROFILE}</tt:Name>'
            f'<tt:VideoSourceConfiguration token="{SOURCE}">{source_body(self._unit)}'
            "</tt:VideoSourceConfiguration>"
            f'<tt:VideoEncoderConfiguration token="{ENCODER}">{self._encoder()}'
            f"</tt:VideoEncoderConfiguration>{ptz}</trt:{element}>"
        )

    def _encoder(self) -> str:
        unit = self._unit
        return (
            f"<tt:Name>{ENCODER}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>"
            f"<tt:Resolution><tt:Width>{unit.width_px}</tt:Width>"
            f"<tt:Height>{unit.height_px}</tt:Height></tt:Resolution><tt:Quality>5</tt:Quality>"
            f"<tt:RateControl><tt:FrameRateLimit>{round(unit.fps)}</tt:FrameRateLimit>"
            "<tt:EncodingInterval>1</tt:EncodingInterval>"
            f"<tt:BitrateLimit>{unit.bitrate_bps // 1000}</tt:BitrateLimit></tt:RateControl>"
            f"<tt:H264><tt:GovLength>{unit.gop}</tt:GovLength>"
            "<tt:H264Profile>Baseline</tt:H264Profile></tt:H264>"
            f"{multicast_body()}<tt:SessionTimeout>PT60S</tt:SessionTimeout>"
        )


def source_body(unit: Unit) -> str:
    """Return the one video source configuration."""
    return (
        f"<tt:Name>{SOURCE}</tt:Name><tt:UseCount>1</tt:UseCount>"
        f"<tt:SourceToken>{SOURCE}</tt:SourceToken>"
        f'<tt:Bounds x="0" y="0" width="{unit.width_px}" height="{unit.height_px}"/>'
    )


def multicast_body() -> str:
    """Return where a stream would be sent to many: nowhere."""
    return (
        "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type>"
        "<tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>"
        "<tt:Port>0</tt:Port><tt:TTL>0</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
    )


def _media_uri(operation: str, uri: str) -> str:
    return (
        f"<trt:{operation}Response><trt:MediaUri><tt:Uri>{text(uri)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
        "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout>"
        f"</trt:MediaUri></trt:{operation}Response>"
    )
