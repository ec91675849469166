"""Hand-read answers: what a camera may say, and what is refused."""

import pytest
from lxml import etree

from orchestrator.adapters.onvif import fast
from orchestrator.adapters.onvif.calls import Memory
from orchestrator.adapters.onvif.fast import legible
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.domain.camera import PtzPose

SCHEMA = "http://www.onvif.org/ver10/schema"
NAMESPACES = f'xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl" xmlns:tt="{SCHEMA}"'
GENERIC = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace"
DEGREES = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/SphericalPositionSpaceDegrees"


def status(inside: str) -> fast.Status:
    return fast.status(
        etree.fromstring(
            f"<tptz:GetStatusResponse {NAMESPACES}><tptz:PTZStatus>{inside}</tptz:PTZStatus>"
            "</tptz:GetStatusResponse>"
        )
    )


def position(x: str = "0", y: str = "0", zoom: str = "0", space: str = GENERIC) -> str:
    return (
        f'<tt:Position><tt:PanTilt x="{x}" y="{y}" space="{space}"/><tt:Zoom x="{zoom}"/>'
        "</tt:Position>"
    )


def presets(inside: str) -> tuple[fast.PresetEntry, ...]:
    return fast.presets(
        etree.fromstring(
            f"<tptz:GetPresetsResponse {NAMESPACES}>{inside}</tptz:GetPresetsResponse>"
        )
    )


def test_a_position_is_read() -> None:
    assert status(position("-0.5", "+.25", "1e-1")).pose == PtzPose(-0.5, 0.25, 0.1)


def test_a_rounding_beyond_the_end_is_the_end() -> None:
    assert status(position("1.0004", "-1.0001", "-0.0002")).pose == PtzPose(1.0, -1.0, 0.0)


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "nan",
        "inf",
        "-INF",
        "1e999",
        "2",
        "-1.1",
        "",
        " ",
        "0x1",
        "1_0",
        "one",
        "\u0661",
        "1,5",
    ],
)
@pytest.mark.parametrize("axis", ["x", "y", "zoom"])
def test_a_position_that_is_no_number_in_range_is_refused(number: str, axis: str) -> None:
    with pytest.raises(Unusable):
        status(position(**{axis: number}))


def test_a_position_in_degrees_is_not_taken_for_a_generic_one() -> None:
    with pytest.raises(Unusable):
        status(position("0.5", "0.5", space=DEGREES))


def test_a_head_without_zoom_is_at_the_wide_end() -> None:
    assert status('<tt:Position><tt:PanTilt x="0" y="0"/></tt:Position>').pose == PtzPose(0, 0, 0)


def test_a_head_that_says_nothing_has_no_pose() -> None:
    assert status("") == fast.Status(None, None)


@pytest.mark.parametrize(
    ("move_status", "moving"),
    [
        ("", None),
        ("<tt:MoveStatus/>", None),
        ("<tt:MoveStatus><tt:PanTilt>IDLE</tt:PanTilt></tt:MoveStatus>", False),
        ("<tt:MoveStatus><tt:PanTilt>UNKNOWN</tt:PanTilt></tt:MoveStatus>", None),
        (
            "<tt:MoveStatus><tt:PanTilt>IDLE</tt:PanTilt><tt:Zoom>MOVING</tt:Zoom></tt:MoveStatus>",
            True,
        ),
        (
            "<tt:MoveStatus><tt:PanTilt>IDLE</tt:PanTilt><tt:Zoom>dancing</tt:Zoom></tt:MoveStatus>",
            None,
        ),
    ],
)
def test_a_head_moves_when_an_axis_does_and_rests_when_all_do(
    move_status: str, moving: bool | None
) -> None:
    assert status(move_status).moving is moving


def test_placeholders_without_a_name_are_no_presets() -> None:
    found = presets(
        '<tptz:Preset token="1"/><tptz:Preset token="2"><tt:Name> </tt:Name></tptz:Preset>'
        "<tptz:Preset><tt:Name>lost</tt:Name></tptz:Preset>"
        '<tptz:Preset token="3"><tt:Name>gate</tt:Name></tptz:Preset>'
    )

    assert found == (fast.PresetEntry("3", "gate", None),)


def test_a_preset_with_a_senseless_position_can_still_be_called() -> None:
    [preset] = presets(
        '<tptz:Preset token="3"><tt:Name>gate</tt:Name><tt:PTZPosition>'
        '<tt:PanTilt x="NaN" y="0"/></tt:PTZPosition></tptz:Preset>'
    )

    assert preset.pose is None


def test_far_too_many_presets_are_refused() -> None:
    with pytest.raises(Unusable):
        presets('<tptz:Preset token="1"><tt:Name>a</tt:Name></tptz:Preset>' * 513)


@pytest.mark.parametrize(
    ("reported", "meant"),
    [
        ("Küche", "Küche"),
        ("KÃ¼che", "Küche"),
        ("Ø-Tor", "Ø-Tor"),
        ("å¤§é\x97¨", "大门"),
        ("大门", "大门"),
        (" gate ", "gate"),
    ],
)
def test_names_are_read_as_they_were_meant(reported: str, meant: str) -> None:
    assert legible(reported) == meant


@pytest.mark.parametrize(
    "fields",
    ["2026 2 30 0 0 0", "0 1 1 0 0 0", "2026 13 1 0 0 0", "2026 1 1 24 0 0", "x 1 1 0 0 0"],
)
def test_a_date_that_does_not_exist_is_none(fields: str) -> None:
    assert fast.system_time(time_answer(fields)) is None


def test_a_leap_second_is_a_time() -> None:
    found = fast.system_time(time_answer("2016 12 31 23 59 60"))

    assert found is not None
    assert found.isoformat() == "2016-12-31T23:59:59+00:00"


def test_a_camera_that_tells_local_time_only_tells_none() -> None:
    answer = etree.fromstring(
        '<tds:GetSystemDateAndTimeResponse xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
        "<tds:SystemDateAndTime/></tds:GetSystemDateAndTimeResponse>"
    )

    assert fast.system_time(answer) is None


def time_answer(fields: str) -> etree._Element:
    year, month, day, hour, minute, second = fields.split()
    return etree.fromstring(
        '<tds:GetSystemDateAndTimeResponse xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
        f' xmlns:tt="{SCHEMA}"><tds:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>{hour}'
        f"</tt:Hour><tt:Minute>{minute}</tt:Minute><tt:Second>{second}</tt:Second></tt:Time>"
        f"<tt:Date><tt:Year>{year}</tt:Year><tt:Month>{month}</tt:Month><tt:Day>{day}</tt:Day>"
        "</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def test_an_answer_is_read_again_only_when_it_is_another() -> None:
    memory: Memory[str] = Memory()

    assert memory.known(b"") is None
    memory.keep(b"<a/>", "read")

    assert memory.known(b"<a/>") == "read"
    assert memory.known(b"<b/>") is None
