"""Every answer of a simulated device fits the ONVIF schemas: libxml2 and strict zeep say so.

Each operation is asked in an order in which it succeeds. The two judges read the WSDL files that
``onvif-zeep`` brings; what is newer than those is judged by those of 26.06 in ``make interop``.
"""

import re

import pytest
from lxml import etree

from orchestrator.adapters.onvif.engine import Engine, engine, wsdl_folder
from orchestrator.adapters.onvif.names import Operation, Service
from simulators.device.camera import OnvifDevice
from simulators.device.describe import PATHS
from simulators.device.events import MOTION
from simulators.device.login import Authentication
from simulators.device.soap import NAMESPACES, SOAP
from tests.fakes.onvif_schemas import errors, schemas
from tests.fakes.onvif_site import SimulatedDevice

PROFILE = "<{0}:ProfileToken>main</{0}:ProfileToken>"
PTZ = PROFILE.format("tptz")
SOURCE = "<timg:VideoSourceToken>video_source_0</timg:VideoSourceToken>"
RELAY = "<tds:RelayOutputToken>relay_0</tds:RelayOutputToken>"
TOUR = f"{PTZ}<tptz:PresetTourToken>tour_1</tptz:PresetTourToken>"
SETUP = (
    "<trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP"
    "</tt:Protocol></tt:Transport></trt:StreamSetup>"
)
AT = '<tt:PanTilt x="0.1" y="0.1"/><tt:Zoom x="0.1"/>'
ASKED: list[tuple[str, str]] = [
    ("tds:GetSystemDateAndTime", ""),
    ("tds:GetServices", "<tds:IncludeCapability>true</tds:IncludeCapability>"),
    ("tds:GetServices", "<tds:IncludeCapability>false</tds:IncludeCapability>"),
    ("tds:GetServiceCapabilities", ""),
    ("tds:GetCapabilities", "<tds:Category>All</tds:Category>"),
    ("tds:GetDeviceInformation", ""),
    ("tds:GetScopes", ""),
    ("tds:GetHostname", ""),
    ("tds:GetNetworkInterfaces", ""),
    ("tds:GetUsers", ""),
    ("tds:GetWsdlUrl", ""),
    ("tds:GetEndpointReference", ""),
    ("tds:SendAuxiliaryCommand", "<tds:AuxiliaryCommand>tt:IRLamp|On</tds:AuxiliaryCommand>"),
    ("tds:GetRelayOutputs", ""),
    (
        "tds:SetRelayOutputSettings",
        (
            f"{RELAY}<tds:Properties><tt:Mode>Monostable</tt:Mode><tt:DelayTime>PT2S</tt:DelayTime>"
            "<tt:IdleState>open</tt:IdleState></tds:Properties>"
        ),
    ),
    ("tds:SetRelayOutputState", f"{RELAY}<tds:LogicalState>active</tds:LogicalState>"),
    ("trt:GetServiceCapabilities", ""),
    ("trt:GetProfiles", ""),
    ("trt:GetProfile", PROFILE.format("trt")),
    ("trt:GetVideoSources", ""),
    ("trt:GetVideoSourceConfigurations", ""),
    ("trt:GetVideoEncoderConfigurations", ""),
    (
        "trt:GetVideoEncoderConfiguration",
        "<trt:ConfigurationToken>h264_main</trt:ConfigurationToken>",
    ),
    ("trt:GetVideoEncoderConfigurationOptions", PROFILE.format("trt")),
    ("trt:GetStreamUri", SETUP + PROFILE.format("trt")),
    ("trt:GetSnapshotUri", PROFILE.format("trt")),
    ("timg:GetServiceCapabilities", ""),
    ("timg:GetOptions", SOURCE),
    ("timg:GetMoveOptions", SOURCE),
    (
        "timg:SetImagingSettings",
        f"{SOURCE}<timg:ImagingSettings><tt:Brightness>61</tt:Brightness></timg:ImagingSettings>",
    ),
    ("timg:GetImagingSettings", SOURCE),
    (
        "timg:Move",
        f"{SOURCE}<timg:Focus><tt:Continuous><tt:Speed>0.5</tt:Speed></tt:Continuous></timg:Focus>",
    ),
    ("timg:GetStatus", SOURCE),
    ("timg:Stop", SOURCE),
    ("tev:GetServiceCapabilities", ""),
    ("tev:GetEventProperties", ""),
    (
        "tev:CreatePullPointSubscription",
        "<tev:InitialTerminationTime>PT60S</tev:InitialTerminationTime>",
    ),
    ("tev:SetSynchronizationPoint", ""),
    (
        "tev:PullMessages",
        "<tev:Timeout>PT1S</tev:Timeout><tev:MessageLimit>10</tev:MessageLimit>",
    ),
    ("wsnt:Renew", "<wsnt:TerminationTime>PT60S</wsnt:TerminationTime>"),
    ("wsnt:Unsubscribe", ""),
    ("tptz:GetServiceCapabilities", ""),
    ("tptz:GetNodes", ""),
    ("tptz:GetNode", "<tptz:NodeToken>ptz_node_0</tptz:NodeToken>"),
    ("tptz:GetConfigurations", ""),
    (
        "tptz:GetConfiguration",
        "<tptz:PTZConfigurationToken>ptz_0</tptz:PTZConfigurationToken>",
    ),
    (
        "tptz:GetConfigurationOptions",
        "<tptz:ConfigurationToken>ptz_0</tptz:ConfigurationToken>",
    ),
    ("tptz:GetStatus", PTZ),
    ("tptz:SetPreset", f"{PTZ}<tptz:PresetName>mine</tptz:PresetName>"),
    ("tptz:GetPresets", PTZ),
    ("tptz:GotoPreset", f"{PTZ}<tptz:PresetToken>2</tptz:PresetToken>"),
    ("tptz:RemovePreset", f"{PTZ}<tptz:PresetToken>4</tptz:PresetToken>"),
    ("tptz:GotoHomePosition", PTZ),
    ("tptz:SetHomePosition", PTZ),
    ("tptz:AbsoluteMove", f"{PTZ}<tptz:Position>{AT}</tptz:Position>"),
    ("tptz:RelativeMove", f"{PTZ}<tptz:Translation>{AT}</tptz:Translation>"),
    ("tptz:ContinuousMove", f"{PTZ}<tptz:Velocity>{AT}</tptz:Velocity>"),
    ("tptz:Stop", PTZ),
    ("tptz:SendAuxiliaryCommand", f"{PTZ}<tptz:AuxiliaryData>tt:Wiper|On</tptz:AuxiliaryData>"),
    ("tptz:GetPresetTourOptions", PTZ),
    ("tptz:CreatePresetTour", PTZ),
    (
        "tptz:ModifyPresetTour",
        (
            f'{PTZ}<tptz:PresetTour token="tour_1"><tt:Name>round</tt:Name><tt:Status><tt:State>Idle'
            "</tt:State></tt:Status><tt:AutoStart>false</tt:AutoStart><tt:StartingCondition/>"
            "<tt:TourSpot><tt:PresetDetail><tt:PresetToken>2</tt:PresetToken></tt:PresetDetail>"
            "<tt:StayTime>PT5S</tt:StayTime></tt:TourSpot><tt:TourSpot><tt:PresetDetail><tt:Home>true"
            "</tt:Home></tt:PresetDetail></tt:TourSpot></tptz:PresetTour>"
        ),
    ),
    ("tptz:OperatePresetTour", f"{TOUR}<tptz:Operation>Start</tptz:Operation>"),
    ("tptz:GetPresetTours", PTZ),
    ("tptz:GetPresetTour", TOUR),
    ("tptz:RemovePresetTour", TOUR),
]
NEWER = frozenset({"tds:GetGeoLocation", "tds:SetGeoLocation", "tds:DeleteGeoLocation"}) | {
    "tptz:GeoMove"
}
"""What the WSDL files do not know, beside all of Media2."""

DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


async def told(device: OnvifDevice, operation: str, inside: str, point: str) -> etree._Element:
    """Return the envelope of the answer to an operation; ``point`` is where a subscription is."""
    own = point and operation.startswith(("tev:", "wsnt:")) and "Create" not in operation
    path = point if own else PATHS.get(operation.partition(":")[0], "/onvif/x")
    body = f"<{operation}>{inside}</{operation}>"
    request = f"<s:Envelope{DECLARED}><s:Body>{body}</s:Body></s:Envelope>"
    answered = await device.soap.answered(request.encode(), path, None)
    assert answered.status == 200, (operation, answered.body)
    return etree.fromstring(answered.body)


def payload(envelope: etree._Element) -> etree._Element:
    body = envelope.find(f"{{{SOAP}}}Body")
    assert body is not None
    return body[0]


def read_by_zeep(zeeps: Engine, operation: str, envelope: etree._Element) -> None:
    prefix, _, name = operation.partition(":")
    service = next(each for each in Service if each.prefix == prefix.replace("wsnt", "tev"))
    zeeps.parse(Operation(service, name), envelope)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    return schemas(wsdl_folder(), tmp_path_factory.mktemp("schemas"))


@pytest.mark.slow
async def test_every_answer_fits_the_schemas(schema: etree.XMLSchema) -> None:
    zeeps, device = await engine(), SimulatedDevice(Authentication.NONE).device
    wrong: list[str] = []
    point = ""
    for operation, inside in ASKED:
        envelope = await told(device, operation, inside, point)
        if operation == "tev:CreatePullPointSubscription":
            found = re.search(rb"http://[^/]+(/onvif/subscription/\w+)", etree.tostring(envelope))
            assert found is not None
            point = found[1].decode()
            device.events.publish(MOTION, {"Source": "video_source_0"}, {"State": "true"})
        wrong += errors(schema, payload(envelope))
        read_by_zeep(zeeps, operation, envelope)
    await device.close()

    assert wrong == []


async def test_no_answer_is_left_out() -> None:
    device = SimulatedDevice().device

    newer = {each for each in device.soap.operations if each.startswith("tr2:")} | NEWER
    assert {operation for operation, _ in ASKED} == device.soap.operations - newer


async def test_a_wrong_answer_is_found_out(schema: etree.XMLSchema) -> None:
    device = SimulatedDevice(Authentication.NONE).device
    device.soap.rewrites.append(("tds:GetHostname", lambda said: said.replace("tt:Name", "tt:Nam")))

    envelope = await told(device, "tds:GetHostname", "", "")

    assert list(errors(schema, payload(envelope)))
