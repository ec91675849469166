"""The PTZ spaces of ONVIF, as a node, a configuration and its options list them.

Every camera has its manner: what it lists, and in which numbers it speaks. The head behind it is
always asked in the generic numbers, -1..1 and 0..1.
"""

from dataclasses import dataclass

from simulators.device.auxiliary import HEAD_COMMANDS
from simulators.device.steering import Axes
from simulators.device.unit import PTZ_CONFIGURATION, PTZ_NODE

_SPACES = "http://www.onvif.org/ver10/tptz"
PAN_TILT_POSITION = f"{_SPACES}/PanTiltSpaces/PositionGenericSpace"
PAN_TILT_TRANSLATION = f"{_SPACES}/PanTiltSpaces/TranslationGenericSpace"
PAN_TILT_VIEW = f"{_SPACES}/PanTiltSpaces/TranslationSpaceFov"
PAN_TILT_VELOCITY = f"{_SPACES}/PanTiltSpaces/VelocityGenericSpace"
PAN_TILT_SPEED = f"{_SPACES}/PanTiltSpaces/GenericSpeedSpace"
ZOOM_POSITION = f"{_SPACES}/ZoomSpaces/PositionGenericSpace"
ZOOM_TRANSLATION = f"{_SPACES}/ZoomSpaces/TranslationGenericSpace"
ZOOM_VELOCITY = f"{_SPACES}/ZoomSpaces/VelocityGenericSpace"
ZOOM_SPEED = f"{_SPACES}/ZoomSpaces/ZoomGenericSpeedSpace"

MAX_PRESETS = 32
MAX_TOURS = 4
MAX_TIMEOUT_S = 10.0

_TOUR_OPERATIONS = "".join(
    f"<tt:PTZPresetTourOperation>{each}</tt:PTZPresetTourOperation>"
    for each in ("Start", "Stop", "Pause")
)

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Manner:
    """What one camera lists of its head, and in which numbers it writes positions.

    ``view_is_listed_only`` names the space of the picture without making it the default, so that a
    step without its space is read in the generic one.
    """

    pan: Ends = (-1.0, 1.0)
    tilt: Ends = (-1.0, 1.0)
    zoom: Ends = (0.0, 1.0)
    absolute: bool = True
    relative: bool = True
    view: bool = True
    view_is_listed_only: bool = True
    continuous: bool = True
    home: bool = True
    tells_options: bool = True
    status_delay_s: float = 0.0

    def said(self, axes: Axes) -> Axes:
        """Return a position in this camera's numbers."""
        return Axes(
            _carried(axes.pan, (-1.0, 1.0), self.pan),
            _carried(axes.tilt, (-1.0, 1.0), self.tilt),
            _carried(axes.zoom, (0.0, 1.0), self.zoom),
        )

    def meant(self, axes: Axes) -> Axes:
        """Return a position that was written in this camera's numbers."""
        return Axes(
            _carried(axes.pan, self.pan, (-1.0, 1.0)),
            _carried(axes.tilt, self.tilt, (-1.0, 1.0)),
            _carried(axes.zoom, self.zoom, (0.0, 1.0)),
        )


USUAL = Manner()


def _carried(value: float, ends: Ends, onto: Ends) -> float:
    if ends == onto:
        return value
    return onto[0] + (value - ends[0]) / (ends[1] - ends[0]) * (onto[1] - onto[0])


def _range(axis: str, low: float, high: float) -> str:
    return f"<tt:{axis}><tt:Min>{low:g}</tt:Min><tt:Max>{high:g}</tt:Max></tt:{axis}>"


def _two(uri: str, across: Ends = (-1.0, 1.0), up: Ends = (-1.0, 1.0)) -> str:
    return f"<tt:URI>{uri}</tt:URI>{_range('XRange', *across)}{_range('YRange', *up)}"


def _one(uri: str, ends: Ends = (-1.0, 1.0)) -> str:
    return f"<tt:URI>{uri}</tt:URI>{_range('XRange', *ends)}"


def spaces_body(manner: Manner = USUAL) -> str:
    """Return the spaces a camera lists."""
    listed = [
        ("AbsolutePanTiltPositionSpace", manner.absolute, _pan_tilt_position(manner)),
        ("AbsoluteZoomPositionSpace", manner.absolute, _one(ZOOM_POSITION, manner.zoom)),
        ("RelativePanTiltTranslationSpace", manner.relative, _two(PAN_TILT_TRANSLATION)),
        ("RelativePanTiltTranslationSpace", manner.view, _two(PAN_TILT_VIEW)),
        ("RelativeZoomTranslationSpace", manner.relative, _one(ZOOM_TRANSLATION)),
        ("ContinuousPanTiltVelocitySpace", manner.continuous, _two(PAN_TILT_VELOCITY)),
        ("ContinuousZoomVelocitySpace", manner.continuous, _one(ZOOM_VELOCITY)),
        ("PanTiltSpeedSpace", True, _one(PAN_TILT_SPEED, (0.0, 1.0))),
        ("ZoomSpeedSpace", True, _one(ZOOM_SPEED, (0.0, 1.0))),
    ]
    return "".join(f"<tt:{name}>{space}</tt:{name}>" for name, has, space in listed if has)


def _pan_tilt_position(manner: Manner) -> str:
    return _two(PAN_TILT_POSITION, manner.pan, manner.tilt)


def node_body(manner: Manner = USUAL) -> str:
    """Return the one PTZ node."""
    commands = "".join(
        f"<tt:AuxiliaryCommands>{each}</tt:AuxiliaryCommands>" for each in HEAD_COMMANDS
    )
    home = "true" if manner.home else "false"
    return (
        f'<tptz:PTZNode token="{PTZ_NODE}" FixedHomePosition="false" GeoMove="true"><tt:Name>{PTZ_NODE}</tt:Name>'
        f"<tt:SupportedPTZSpaces>{spaces_body(manner)}</tt:SupportedPTZSpaces>"
        f"<tt:MaximumNumberOfPresets>{MAX_PRESETS}</tt:MaximumNumberOfPresets>"
        f"<tt:HomeSupported>{home}</tt:HomeSupported>{commands}<tt:Extension>"
        f"<tt:SupportedPresetTour><tt:MaximumNumberOfPresetTours>{MAX_TOURS}"
        f"</tt:MaximumNumberOfPresetTours>{_TOUR_OPERATIONS}</tt:SupportedPresetTour>"
        "</tt:Extension></tptz:PTZNode>"
    )


def configuration_body(manner: Manner = USUAL) -> str:
    """Return the one PTZ configuration: which spaces are the default, and the limits."""
    step = PAN_TILT_VIEW if manner.view and not manner.view_is_listed_only else PAN_TILT_TRANSLATION
    return (
        f"<tt:Name>{PTZ_CONFIGURATION}</tt:Name><tt:UseCount>1</tt:UseCount>"
        f"<tt:NodeToken>{PTZ_NODE}</tt:NodeToken>"
        f"<tt:DefaultAbsolutePantTiltPositionSpace>{PAN_TILT_POSITION}"
        "</tt:DefaultAbsolutePantTiltPositionSpace>"
        f"<tt:DefaultAbsoluteZoomPositionSpace>{ZOOM_POSITION}</tt:DefaultAbsoluteZoomPositionSpace>"
        f"<tt:DefaultRelativePanTiltTranslationSpace>{step}"
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
        f"<tt:PanTiltLimits><tt:Range>{_pan_tilt_position(manner)}</tt:Range></tt:PanTiltLimits>"
        f"<tt:ZoomLimits><tt:Range>{_one(ZOOM_POSITION, manner.zoom)}</tt:Range></tt:ZoomLimits>"
    )


def options_body(manner: Manner = USUAL) -> str:
    """Return the options of the one PTZ configuration."""
    return (
        f"<tt:Spaces>{spaces_body(manner)}</tt:Spaces>"
        f"<tt:PTZTimeout><tt:Min>PT0S</tt:Min><tt:Max>PT{MAX_TIMEOUT_S:g}S</tt:Max></tt:PTZTimeout>"
    )
