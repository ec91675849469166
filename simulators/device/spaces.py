"""The generic PTZ spaces of ONVIF, written as a node, a configuration and its options tell them."""

from simulators.device.auxiliary import HEAD_COMMANDS
from simulators.device.unit import PTZ_CONFIGURATION, PTZ_NODE

_SPACES = "http://www.onvif.org/ver10/tptz"
PAN_TILT_POSITION = f"{_SPACES}/PanTiltSpaces/PositionGenericSpace"
PAN_TILT_TRANSLATION = f"{_SPACES}/PanTiltSpaces/TranslationGenericSpace"
PAN_TILT_VELOCITY = f"{_SPACES}/PanTiltSpaces/VelocityGenericSpace"
PAN_TILT_SPEED = f"{_SPACES}/PanTiltSpaces/GenericSpeedSpace"
ZOOM_POSITION = f"{_SPACES}/ZoomSpaces/PositionGenericSpace"
ZOOM_TRANSLATION = f"{_SPACES}/ZoomSpaces/TranslationGenericSpace"
ZOOM_VELOCITY = f"{_SPACES}/ZoomSpaces/VelocityGenericSpace"
ZOOM_SPEED = f"{_SPACES}/ZoomSpaces/ZoomGenericSpeedSpace"

MAX_PRESETS = 32
MAX_TIMEOUT_S = 10.0


def _range(axis: str, low: float, high: float) -> str:
    return f"<tt:{axis}><tt:Min>{low:g}</tt:Min><tt:Max>{high:g}</tt:Max></tt:{axis}>"


def _two(uri: str) -> str:
    return f"<tt:URI>{uri}</tt:URI>{_range('XRange', -1, 1)}{_range('YRange', -1, 1)}"


def _one(uri: str, low: float = -1.0) -> str:
    return f"<tt:URI>{uri}</tt:URI>{_range('XRange', low, 1)}"


SPACES_BODY = (
    f"<tt:AbsolutePanTiltPositionSpace>{_two(PAN_TILT_POSITION)}</tt:AbsolutePanTiltPositionSpace>"
    f"<tt:AbsoluteZoomPositionSpace>{_one(ZOOM_POSITION, 0)}</tt:AbsoluteZoomPositionSpace>"
    f"<tt:RelativePanTiltTranslationSpace>{_two(PAN_TILT_TRANSLATION)}"
    "</tt:RelativePanTiltTranslationSpace>"
    f"<tt:RelativeZoomTranslationSpace>{_one(ZOOM_TRANSLATION)}</tt:RelativeZoomTranslationSpace>"
    f"<tt:ContinuousPanTiltVelocitySpace>{_two(PAN_TILT_VELOCITY)}"
    "</tt:ContinuousPanTiltVelocitySpace>"
    f"<tt:ContinuousZoomVelocitySpace>{_one(ZOOM_VELOCITY)}</tt:ContinuousZoomVelocitySpace>"
    f"<tt:PanTiltSpeedSpace>{_one(PAN_TILT_SPEED, 0)}</tt:PanTiltSpeedSpace>"
    f"<tt:ZoomSpeedSpace>{_one(ZOOM_SPEED, 0)}</tt:ZoomSpeedSpace>"
)

NODE = (
    f'<tptz:PTZNode token="{PTZ_NODE}" FixedHomePosition="false"><tt:Name>{PTZ_NODE}</tt:Name>'
    f"<tt:SupportedPTZSpaces>{SPACES_BODY}</tt:SupportedPTZSpaces>"
    f"<tt:MaximumNumberOfPresets>{MAX_PRESETS}</tt:MaximumNumberOfPresets>"
    "<tt:HomeSupported>true</tt:HomeSupported>"
    f"{''.join(f'<tt:AuxiliaryCommands>{each}</tt:AuxiliaryCommands>' for each in HEAD_COMMANDS)}"
    "</tptz:PTZNode>"
)

PTZ_CONFIGURATION_BODY = (
    f"<tt:Name>{PTZ_CONFIGURATION}</tt:Name><tt:UseCount>1</tt:UseCount>"
    f"<tt:NodeToken>{PTZ_NODE}</tt:NodeToken>"
    f"<tt:DefaultAbsolutePantTiltPositionSpace>{PAN_TILT_POSITION}"
    "</tt:DefaultAbsolutePantTiltPositionSpace>"
    f"<tt:DefaultAbsoluteZoomPositionSpace>{ZOOM_POSITION}</tt:DefaultAbsoluteZoomPositionSpace>"
    f"<tt:DefaultRelativePanTiltTranslationSpace>{PAN_TILT_TRANSLATION}"
    "</tt:DefaultRelativePanTiltTranslationSpace>"
    f"<tt:DefaultRelativeZoomTranslationSpace>{ZOOM_TRANSLATION}"
    "</tt:DefaultRelativeZoomTranslationSpace>"
    f"<tt:DefaultContinuousPanTiltVelocitySpace>{PAN_TILT_VELOCITY}"
    "</tt:DefaultContinuousPanTiltVelocitySpace>"
    f"<tt:DefaultContinuousZoomVelocitySpace>{ZOOM_VELOCITY}"
    "</tt:DefaultContinuousZoomVelocitySpace>"
    f'<tt:DefaultPTZSpeed><tt:PanTilt x="1" y="1" space="{PAN_TILT_SPEED}"/>'
    f'<tt:Zoom x="1" space="{ZOOM_SPEED}"/></tt:DefaultPTZSpeed>'
    "<tt:DefaultPTZTimeout>PT5S</tt:DefaultPTZTimeout>"
    f"<tt:PanTiltLimits><tt:Range>{_two(PAN_TILT_POSITION)}</tt:Range></tt:PanTiltLimits>"
    f"<tt:ZoomLimits><tt:Range>{_one(ZOOM_POSITION, 0)}</tt:Range></tt:ZoomLimits>"
)

OPTIONS_BODY = (
    f"<tt:Spaces>{SPACES_BODY}</tt:Spaces>"
    f"<tt:PTZTimeout><tt:Min>PT0S</tt:Min><tt:Max>PT{MAX_TIMEOUT_S:g}S</tt:Max></tt:PTZTimeout>"
)
