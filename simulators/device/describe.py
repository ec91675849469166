"""The device service: who the camera is, what it offers, and what time it thinks it is."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from simulators.device import events, imaging, media, media2, ptz
from simulators.device.auxiliary import DEVICE_COMMANDS
from simulators.device.soap import NAMESPACES, Call, flag, text
from simulators.device.table import Handler
from simulators.device.unit import Unit

PATHS = {
    "tds": "/onvif/device_service",
    "trt": "/onvif/media_service",
    "tr2": "/onvif/media2_service",
    "tptz": "/onvif/ptz_service",
    "timg": "/onvif/imaging_service",
    "tev": "/onvif/event_service",
}
PRE_AUTH = frozenset(
    f"tds:{name}"
    for name in (
        "GetSystemDateAndTime",
        "GetServices",
        "GetServiceCapabilities",
        "GetCapabilities",
        "GetHostname",
        "GetWsdlUrl",
        "GetEndpointReference",
    )
)
"""What Core lets anybody ask, so that a client can find out how to log in."""

_SECURITY = (
    '<tds:Security TLS1.0="false" TLS1.1="false" TLS1.2="false" OnboardKeyGeneration="false" '
    'AccessPolicyConfig="false" DefaultAccessPolicy="false" Dot1X="false" RemoteUserHandling="false" '
    'X.509Token="false" SAMLToken="false" KerberosToken="false" '
    'UsernameToken="{token}" HttpDigest="{digest}" RELToken="false"/>'
)


CAPABILITIES = {
    "trt": media.CAPABILITIES,
    "tr2": media2.CAPABILITIES,
    "tptz": ptz.capabilities(),
    "timg": imaging.CAPABILITIES,
    "tev": events.CAPABILITIES,
}
"""What each other service says of itself, as ``GetServices`` repeats it."""


class DeviceService:
    """Answers the ``tds`` operations."""

    def __init__(
        self,
        unit: Unit,
        *,
        wall_s: Callable[[], float],
        username: Callable[[], str],
        accepts_token: bool,
        accepts_digest: bool,
    ) -> None:
        """Keep what is told."""
        self._unit = unit
        self._wall_s = wall_s
        self._username = username
        self._security = _SECURITY.format(token=flag(accepts_token), digest=flag(accepts_digest))

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "tds:GetSystemDateAndTime": self._date_and_time,
            "tds:GetServices": self._services,
            "tds:GetServiceCapabilities": self._service_capabilities,
            "tds:GetCapabilities": self._capabilities,
            "tds:GetDeviceInformation": self._information,
            "tds:GetScopes": self._scopes,
            "tds:GetHostname": self._hostname,
            "tds:GetNetworkInterfaces": self._interfaces,
            "tds:GetUsers": self._users,
            "tds:GetWsdlUrl": self._wsdl_url,
            "tds:GetEndpointReference": self._endpoint_reference,
        }

    def _offered(self) -> Mapping[str, str]:
        return {
            prefix: self._unit.origin + path
            for prefix, path in PATHS.items()
            if prefix != "tptz" or self._unit.has_ptz
        }

    async def _date_and_time(self, _call: Call) -> str:
        now = datetime.fromtimestamp(self._wall_s(), UTC)
        moment = (
            f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
            f"<tt:Second>{now.second}</tt:Second></tt:Time>"
            f"<tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month>"
            f"<tt:Day>{now.day}</tt:Day></tt:Date>"
        )
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
            "<tt:DateTimeType>NTP</tt:DateTimeType>"
            "<tt:DaylightSavings>false</tt:DaylightSavings>"
            "<tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone>"
            f"<tt:UTCDateTime>{moment}</tt:UTCDateTime><tt:LocalDateTime>{moment}</tt:LocalDateTime>"
            "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )

    async def _services(self, call: Call) -> str:
        detailed = call.text("tds:IncludeCapability") in {"true", "1"}
        services = "".join(
            f"<tds:Service><tds:Namespace>{NAMESPACES[prefix]}</tds:Namespace>"
            f"<tds:XAddr>{address}</tds:XAddr>"
            f"{self._capability(prefix) if detailed else ''}"
            "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
            for prefix, address in self._offered().items()
        )
        return f"<tds:GetServicesResponse>{services}</tds:GetServicesResponse>"

    async def _service_capabilities(self, _call: Call) -> str:
        return (
            f"<tds:GetServiceCapabilitiesResponse>{self._own_capabilities()}"
            "</tds:GetServiceCapabilitiesResponse>"
        )

    def _own_capabilities(self) -> str:
        return (
            "<tds:Capabilities>"
            '<tds:Network IPFilter="false" ZeroConfiguration="false" IPVersion6="false" '
            'DynDNS="false" Dot11Configuration="false" HostnameFromDHCP="false" NTP="0"/>'
            f"{self._security}"
            '<tds:System DiscoveryResolve="false" DiscoveryBye="true" RemoteDiscovery="false" '
            'SystemBackup="false" SystemLogging="false" FirmwareUpgrade="false" GeoLocationEntries="1"/>'
            f'<tds:Misc AuxiliaryCommands="{" ".join(DEVICE_COMMANDS)}"/>'
            "</tds:Capabilities>"
        )

    def _capability(self, prefix: str) -> str:
        told = self._own_capabilities() if prefix == "tds" else CAPABILITIES[prefix]
        return f"<tds:Capabilities>{told}</tds:Capabilities>"

    async def _capabilities(self, _call: Call) -> str:
        offered = self._offered()
        ptz = (
            f"<tt:PTZ><tt:XAddr>{offered['tptz']}</tt:XAddr></tt:PTZ>" if "tptz" in offered else ""
        )
        return (
            "<tds:GetCapabilitiesResponse><tds:Capabilities>"
            f"<tt:Device><tt:XAddr>{offered['tds']}</tt:XAddr></tt:Device>"
            f"<tt:Events><tt:XAddr>{offered['tev']}</tt:XAddr>"
            "<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport>"
            "<tt:WSPullPointSupport>true</tt:WSPullPointSupport>"
            "<tt:WSPausableSubscriptionManagerInterfaceSupport>false"
            "</tt:WSPausableSubscriptionManagerInterfaceSupport></tt:Events>"
            f"<tt:Imaging><tt:XAddr>{offered['timg']}</tt:XAddr></tt:Imaging>"
            f"<tt:Media><tt:XAddr>{offered['trt']}</tt:XAddr><tt:StreamingCapabilities>"
            "<tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP>"
            "<tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>"
            f"{ptz}</tds:Capabilities></tds:GetCapabilitiesResponse>"
        )

    async def _information(self, _call: Call) -> str:
        unit = self._unit
        return (
            "<tds:GetDeviceInformationResponse>"
            f"<tds:Manufacturer>{text(unit.manufacturer)}</tds:Manufacturer>"
            f"<tds:Model>{text(unit.model)}</tds:Model>"
            f"<tds:FirmwareVersion>{text(unit.firmware)}</tds:FirmwareVersion>"
            f"<tds:SerialNumber>{text(unit.serial)}</tds:SerialNumber>"
            f"<tds:HardwareId>{text(unit.model)}</tds:HardwareId>"
            "</tds:GetDeviceInformationResponse>"
        )

    async def _scopes(self, _call: Call) -> str:
        scopes = "".join(
            "<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef>"
            f"<tt:ScopeItem>{text(scope)}</tt:ScopeItem></tds:Scopes>"
            for scope in self._unit.scopes
        )
        return f"<tds:GetScopesResponse>{scopes}</tds:GetScopesResponse>"

    async def _hostname(self, _call: Call) -> str:
        return (
            "<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>"
            f"<tt:Name>{text(self._unit.id)}</tt:Name>"
            "</tds:HostnameInformation></tds:GetHostnameResponse>"
        )

    async def _interfaces(self, _call: Call) -> str:
        unit = self._unit
        return (
            '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0">'
            "<tt:Enabled>true</tt:Enabled>"
            f"<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>{unit.mac}</tt:HwAddress></tt:Info>"
            "<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual>"
            f"<tt:Address>{unit.host}</tt:Address><tt:PrefixLength>8</tt:PrefixLength>"
            "</tt:Manual><tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4>"
            "</tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>"
        )

    async def _users(self, _call: Call) -> str:
        return (
            "<tds:GetUsersResponse><tds:User>"
            f"<tt:Username>{text(self._username())}</tt:Username>"
            "<tt:UserLevel>Administrator</tt:UserLevel></tds:User></tds:GetUsersResponse>"
        )

    async def _wsdl_url(self, _call: Call) -> str:
        return (
            "<tds:GetWsdlUrlResponse><tds:WsdlUrl>https://www.onvif.org/</tds:WsdlUrl>"
            "</tds:GetWsdlUrlResponse>"
        )

    async def _endpoint_reference(self, _call: Call) -> str:
        return (
            "<tds:GetEndpointReferenceResponse>"
            f"<tds:GUID>{text(self._unit.endpoint_reference)}</tds:GUID></tds:GetEndpointReferenceResponse>"
        )
