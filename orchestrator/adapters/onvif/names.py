"""The namespaces and operations of ONVIF that this product speaks, each said once."""

from dataclasses import dataclass, field
from enum import Enum

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SCHEMA = "http://www.onvif.org/ver10/schema"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
NOTIFICATION = "http://docs.oasis-open.org/wsn/b-2"
TOPICS = "http://www.onvif.org/ver10/topics"
PAN_TILT_GENERIC = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace"
ZOOM_GENERIC = "http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace"


class Service(Enum):
    """A service of a device; the value is its namespace, which never changes with its address."""

    DEVICE = "http://www.onvif.org/ver10/device/wsdl"
    MEDIA = "http://www.onvif.org/ver10/media/wsdl"
    MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
    PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
    IMAGING = "http://www.onvif.org/ver20/imaging/wsdl"
    EVENTS = "http://www.onvif.org/ver10/events/wsdl"

    @property
    def prefix(self) -> str:
        """Return the conventional prefix; some cameras only understand this one."""
        return _PREFIXES[self]


_PREFIXES = {
    Service.DEVICE: "tds",
    Service.MEDIA: "trt",
    Service.MEDIA2: "tr2",
    Service.PTZ: "tptz",
    Service.IMAGING: "timg",
    Service.EVENTS: "tev",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one service."""

    service: Service
    name: str
    declared: str = field(default="", compare=False)
    """The SOAP action, where the WSDL declares another than ONVIF forms elsewhere."""

    @property
    def action(self) -> str:
        """Return the SOAP action, which ONVIF forms from namespace and name."""
        return self.declared or f"{self.service.value}/{self.name}"


GET_SYSTEM_DATE_AND_TIME = Operation(Service.DEVICE, "GetSystemDateAndTime")
GET_DEVICE_INFORMATION = Operation(Service.DEVICE, "GetDeviceInformation")
GET_SERVICES = Operation(Service.DEVICE, "GetServices")
GET_CAPABILITIES = Operation(Service.DEVICE, "GetCapabilities")
GET_DEVICE_CAPABILITIES = Operation(Service.DEVICE, "GetServiceCapabilities")
SEND_DEVICE_AUXILIARY = Operation(Service.DEVICE, "SendAuxiliaryCommand")
GET_RELAY_OUTPUTS = Operation(Service.DEVICE, "GetRelayOutputs")
SET_RELAY_OUTPUT_SETTINGS = Operation(Service.DEVICE, "SetRelayOutputSettings")
SET_RELAY_OUTPUT_STATE = Operation(Service.DEVICE, "SetRelayOutputState")
GET_GEO_LOCATION = Operation(Service.DEVICE, "GetGeoLocation")
SET_GEO_LOCATION = Operation(Service.DEVICE, "SetGeoLocation")
DELETE_GEO_LOCATION = Operation(Service.DEVICE, "DeleteGeoLocation")
GET_IMAGING_OPTIONS = Operation(Service.IMAGING, "GetOptions")
GET_IMAGING_SETTINGS = Operation(Service.IMAGING, "GetImagingSettings")
SET_IMAGING_SETTINGS = Operation(Service.IMAGING, "SetImagingSettings")
MOVE_FOCUS = Operation(Service.IMAGING, "Move")
STOP_FOCUS = Operation(Service.IMAGING, "Stop")
GET_PROFILES = Operation(Service.MEDIA, "GetProfiles")
GET_STREAM_URI = Operation(Service.MEDIA, "GetStreamUri")
GET_SNAPSHOT_URI = Operation(Service.MEDIA, "GetSnapshotUri")
GET_SNAPSHOT = Operation(Service.MEDIA, "GetSnapshot")
"""Not one of ONVIF's: fetching what GetSnapshotUri names."""
GET_MEDIA2_PROFILES = Operation(Service.MEDIA2, "GetProfiles")
GET_MEDIA2_STREAM_URI = Operation(Service.MEDIA2, "GetStreamUri")
GET_MEDIA2_SNAPSHOT_URI = Operation(Service.MEDIA2, "GetSnapshotUri")
GET_MASK_OPTIONS = Operation(Service.MEDIA2, "GetMaskOptions")
GET_MASKS = Operation(Service.MEDIA2, "GetMasks")
CREATE_MASK = Operation(Service.MEDIA2, "CreateMask")
SET_MASK = Operation(Service.MEDIA2, "SetMask")
DELETE_MASK = Operation(Service.MEDIA2, "DeleteMask")
GET_EVENT_CAPABILITIES = Operation(Service.EVENTS, "GetServiceCapabilities")
GET_NODES = Operation(Service.PTZ, "GetNodes")
GET_PTZ_CAPABILITIES = Operation(Service.PTZ, "GetServiceCapabilities")
GET_PTZ_OPTIONS = Operation(Service.PTZ, "GetConfigurationOptions")
GET_STATUS = Operation(Service.PTZ, "GetStatus")
GET_PRESETS = Operation(Service.PTZ, "GetPresets")
GOTO_PRESET = Operation(Service.PTZ, "GotoPreset")
GOTO_HOME = Operation(Service.PTZ, "GotoHomePosition")
GEO_MOVE = Operation(Service.PTZ, "GeoMove")
GET_PRESET_TOURS = Operation(Service.PTZ, "GetPresetTours")
CREATE_PRESET_TOUR = Operation(Service.PTZ, "CreatePresetTour")
MODIFY_PRESET_TOUR = Operation(Service.PTZ, "ModifyPresetTour")
OPERATE_PRESET_TOUR = Operation(Service.PTZ, "OperatePresetTour")
REMOVE_PRESET_TOUR = Operation(Service.PTZ, "RemovePresetTour")
ABSOLUTE_MOVE = Operation(Service.PTZ, "AbsoluteMove")
RELATIVE_MOVE = Operation(Service.PTZ, "RelativeMove")
CONTINUOUS_MOVE = Operation(Service.PTZ, "ContinuousMove")
STOP = Operation(Service.PTZ, "Stop")
SEND_AUXILIARY = Operation(Service.PTZ, "SendAuxiliaryCommand")

_PULL_POINT = f"{Service.EVENTS.value}/PullPointSubscription"
_MANAGER = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager"
CREATE_PULL_POINT = Operation(
    Service.EVENTS,
    "CreatePullPointSubscription",
    f"{Service.EVENTS.value}/EventPortType/CreatePullPointSubscriptionRequest",
)
PULL_MESSAGES = Operation(Service.EVENTS, "PullMessages", f"{_PULL_POINT}/PullMessagesRequest")
SET_SYNCHRONIZATION_POINT = Operation(
    Service.EVENTS, "SetSynchronizationPoint", f"{_PULL_POINT}/SetSynchronizationPointRequest"
)
RENEW = Operation(Service.EVENTS, "Renew", f"{_MANAGER}/RenewRequest")
UNSUBSCRIBE = Operation(Service.EVENTS, "Unsubscribe", f"{_MANAGER}/UnsubscribeRequest")
