"""What is written and read by hand equals what zeep makes of the WSDL, both ways."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from orchestrator.adapters.onvif import fast, moving, names, subscription
from orchestrator.adapters.onvif.engine import Engine, engine
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import Unusable, root_of
from orchestrator.adapters.onvif.interview import Head
from orchestrator.adapters.onvif.names import PAN_TILT_GENERIC, ZOOM_GENERIC, Operation
from orchestrator.adapters.onvif.spaces import (
    FULL,
    PAN_TILT_SPEED,
    PAN_TILT_STEP,
    PAN_TILT_VELOCITY,
    PAN_TILT_VIEW,
    UNIT,
    ZOOM_SPEED,
    ZOOM_STEP,
    ZOOM_VELOCITY,
    Range,
    Spaces,
)
from orchestrator.domain.camera import PtzPose
from orchestrator.domain.moving import StopWay, Turn
from tests.fakes.zeeps import by_zeep

quickly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
tokens = (
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
        ),
        min_size=1,
        max_size=20,
    )
    .map(str.strip)
    .filter(bool)
)
unit = st.floats(-1, 1).map(lambda value: round(value, 6))
zooms = st.floats(0, 1).map(lambda value: round(value, 6))


@pytest.fixture
async def zeeps() -> Engine:
    return await engine()


def canonical(payload: bytes) -> bytes:
    return etree.tostring(etree.fromstring(payload), method="c14n", exclusive=True)


def payload(root: etree._Element) -> etree._Element:
    return root[0][0]


def replied(inside: str) -> etree._Element:
    """Return an envelope whose payload is ``inside``, with the usual prefixes declared."""
    head, _, tail = inside.partition(">")
    close = "/" if head.endswith("/") else ""
    declared = (
        f'{head.removesuffix("/")} xmlns:tds="{names.Service.DEVICE.value}"'
        f' xmlns:tptz="{names.Service.PTZ.value}" xmlns:tt="{names.SCHEMA}"{close}>{tail}'
    )
    return root_of(envelope(declared.encode()))


@quickly
@given(profile=tokens, preset=tokens)
def test_requests_are_the_same(zeeps: Engine, profile: str, preset: str) -> None:
    pairs: list[tuple[bytes, Operation, dict[str, object]]] = [
        (fast.get_status(profile), names.GET_STATUS, {"ProfileToken": profile}),
        (fast.get_presets(profile), names.GET_PRESETS, {"ProfileToken": profile}),
        (
            fast.goto_preset(profile, preset),
            names.GOTO_PRESET,
            {"ProfileToken": profile, "PresetToken": preset},
        ),
        (
            fast.stop(profile),
            names.STOP,
            {"ProfileToken": profile, "PanTilt": True, "Zoom": True},
        ),
        (fast.get_system_date_and_time(), names.GET_SYSTEM_DATE_AND_TIME, {}),
    ]

    for ours, operation, arguments in pairs:
        assert canonical(ours) == canonical(zeeps.build(operation, **arguments))


exact = st.integers(-10_000, 10_000).map(lambda value: value / 10_000)
shares = st.one_of(st.none(), st.integers(0, 10_000).map(lambda value: value / 10_000))


def head_of(profile: str, *, pan: Range = FULL, zoom: Range = UNIT) -> Head:
    pan_tilt = dict.fromkeys((PAN_TILT_GENERIC, PAN_TILT_STEP, PAN_TILT_VIEW), (pan, FULL))
    pan_tilt |= {PAN_TILT_VELOCITY: (FULL, FULL), PAN_TILT_SPEED: (UNIT, UNIT)}
    zooms = {ZOOM_GENERIC: zoom, ZOOM_STEP: FULL, ZOOM_VELOCITY: FULL, ZOOM_SPEED: UNIT}
    spaces = Spaces(pan_tilt, zooms, (0.0, 10.0), home=True, presets=9)
    return Head("/onvif/ptz", profile, reports_move_status=True, spaces=spaces)


def vector(pan: float, tilt: float, zoom: float | None, *spaces: str) -> dict[str, object]:
    said: dict[str, object] = {"PanTilt": {"x": pan, "y": tilt, "space": spaces[0]}}
    return said if zoom is None else {**said, "Zoom": {"x": zoom, "space": spaces[1]}}


@quickly
@given(tokens, st.builds(Turn, exact, exact, exact), shares, st.integers(1, 200))
def test_moves_are_the_same(
    zeeps: Engine, profile: str, turn: Turn, speed: float | None, hundredths: int
) -> None:
    head, for_s = head_of(profile), hundredths / 100
    pan, tilt, zoom = turn.pan, turn.tilt, turn.zoom
    turn = Turn(pan or 0.5, tilt, zoom or 0.5)
    at: dict[str, object] = {}
    if speed is not None:
        at["Speed"] = vector(speed, speed, speed, PAN_TILT_SPEED, ZOOM_SPEED)
    by = vector(turn.pan, turn.tilt, turn.zoom, PAN_TILT_VIEW, ZOOM_STEP)
    velocity = vector(turn.pan, turn.tilt, turn.zoom, PAN_TILT_VELOCITY, ZOOM_VELOCITY)
    still = vector(0.0, 0.0, 0.0, PAN_TILT_VELOCITY, ZOOM_VELOCITY)
    pairs: list[tuple[moving.Made, dict[str, object]]] = [
        (
            moving.move_to(PtzPose(pan, tilt, abs(zoom)), speed),
            {"Position": vector(pan, tilt, abs(zoom), PAN_TILT_GENERIC, ZOOM_GENERIC), **at},
        ),
        (moving.move_by(turn, speed, in_view=True), {"Translation": by, **at}),
        (
            moving.drive(turn, for_s),
            {"Velocity": velocity, "Timeout": timedelta(seconds=for_s)},
        ),
        (moving.go_home(speed), at),
        (moving.stop(StopWay.BARE), {}),
        (moving.stop(StopWay.ZERO), {"Velocity": still}),
    ]

    for made, arguments in pairs:
        question = made(head)
        ours, theirs = (
            canonical(question.payload),
            canonical(zeeps.build(question.operation, ProfileToken=profile, **arguments)),
        )
        assert without_needless_noughts(ours) == without_needless_noughts(theirs)


def without_needless_noughts(payload: bytes) -> bytes:
    """Return a payload whose durations are numbers: `PT1.50S`, `PT1.5S` and `PT1.500000S` are one."""
    return re.sub(rb"PT([\d.]+)S", lambda found: repr(float(found[1])).encode(), payload)


@quickly
@given(exact, zooms, st.tuples(unit, unit).filter(lambda ends: ends[1] - ends[0] > 0.01))
def test_a_position_is_written_in_the_cameras_numbers_and_read_back(
    pan: float, zoom: float, ends: tuple[float, float]
) -> None:
    head = head_of("main", pan=Range(ends[0] * 360, ends[1] * 360), zoom=Range(0.0, 0.499))
    sent = etree.fromstring(moving.move_to(PtzPose(pan, 0.0, zoom), None)(head).payload)
    [position] = sent.iter(f"{{{names.Service.PTZ.value}}}Position")
    position.tag = f"{{{names.SCHEMA}}}Position"
    root = replied("<tptz:GetStatusResponse><tptz:PTZStatus/></tptz:GetStatusResponse>")
    payload(root)[0].append(position)

    read = fast.status(payload(root), head.spaces).pose

    assert read is not None
    assert (read.pan, read.zoom) == pytest.approx((pan, zoom), abs=1e-3)


@quickly
@given(wait_s=st.integers(1, 59), most=st.integers(1, 1024), term_s=st.integers(1, 59))
def test_a_subscription_is_asked_for_the_same(
    zeeps: Engine, wait_s: int, most: int, term_s: int
) -> None:
    ends = datetime(2026, 3, 2, 2, 0, term_s, tzinfo=UTC)
    pairs: list[tuple[bytes, Operation, dict[str, object]]] = [
        (
            subscription.create_pull_point(float(term_s)),
            names.CREATE_PULL_POINT,
            {"InitialTerminationTime": f"PT{term_s}S"},
        ),
        (
            subscription.pull_messages(wait_s, most),
            names.PULL_MESSAGES,
            {"Timeout": timedelta(seconds=wait_s), "MessageLimit": most},
        ),
        (
            subscription.renew(float(term_s)),
            names.RENEW,
            {"TerminationTime": f"PT{term_s}S"},
        ),
        (
            subscription.renew(ends),
            names.RENEW,
            {"TerminationTime": f"2026-03-02T02:00:{term_s:02d}Z"},
        ),
        (subscription.set_synchronization_point(), names.SET_SYNCHRONIZATION_POINT, {}),
        (subscription.unsubscribe(), names.UNSUBSCRIBE, {}),
    ]

    for ours, operation, arguments in pairs:
        theirs = zeeps.build(operation, **arguments)
        assert told_apart(ours) == told_apart(theirs)


def told_apart(payload: bytes) -> list[tuple[object, str | None]]:
    """Return names and texts without prefixes: zeep has none of its own for notifications."""
    return [(each.tag, each.text) for each in etree.fromstring(payload).iter()]


@quickly
@given(pan=unit, tilt=unit, zoom=zooms, state=st.sampled_from(["IDLE", "MOVING", "UNKNOWN"]))
def test_a_status_reads_the_same(
    zeeps: Engine, pan: float, tilt: float, zoom: float, state: str
) -> None:
    root = replied(
        "<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position>"
        f'<tt:PanTilt x="{pan}" y="{tilt}" space="{PAN_TILT_GENERIC}"/>'
        f'<tt:Zoom x="{zoom}" space="{ZOOM_GENERIC}"/></tt:Position><tt:MoveStatus>'
        f"<tt:PanTilt>{state}</tt:PanTilt><tt:Zoom>{state}</tt:Zoom></tt:MoveStatus>"
        "<tt:UtcTime>2026-03-02T02:00:00Z</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>"
    )

    ours, theirs = fast.status(payload(root)), by_zeep(zeeps, names.GET_STATUS, root)

    assert ours.pose is not None
    position = theirs.Position
    assert (ours.pose.pan, ours.pose.tilt) == (position.PanTilt.x, position.PanTilt.y)
    assert ours.pose.zoom == position.Zoom.x
    assert ours.moving == {"IDLE": False, "MOVING": True}.get(theirs.MoveStatus.PanTilt)


@quickly
@given(st.lists(st.tuples(tokens, tokens, unit, zooms), max_size=8))
def test_presets_read_the_same(zeeps: Engine, stored: list[tuple[str, str, float, float]]) -> None:
    root = replied(
        "<tptz:GetPresetsResponse>"
        + "".join(
            f"<tptz:Preset token={quoteattr(token)}><tt:Name>{escape(name)}</tt:Name>"
            f'<tt:PTZPosition><tt:PanTilt x="{pan}" y="0"/><tt:Zoom x="{zoom}"/></tt:PTZPosition>'
            "</tptz:Preset>"
            for token, name, pan, zoom in stored
        )
        + "</tptz:GetPresetsResponse>"
    )

    ours = fast.presets(payload(root))
    theirs = by_zeep(zeeps, names.GET_PRESETS, root) or []

    assert [entry.token for entry in ours] == [
        each.token for each in theirs if fast.legible(each.Name).isprintable()
    ]
    for entry in ours:
        zeep_entry = next(each for each in theirs if each.token == entry.token)
        assert entry.name in {fast.legible(each.Name) for each in theirs}
        assert entry.pose is not None
        if len(theirs) == len({each.token for each in theirs}):
            assert entry.pose.pan == zeep_entry.PTZPosition.PanTilt.x
            assert entry.name == fast.legible(zeep_entry.Name)


@quickly
@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001 naive by kind
def test_the_time_reads_the_same(zeeps: Engine, moment: datetime) -> None:
    root = replied(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        "<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
        f"<tt:UTCDateTime><tt:Time><tt:Hour>{moment.hour}</tt:Hour><tt:Minute>{moment.minute}"
        f"</tt:Minute><tt:Second>{moment.second}</tt:Second></tt:Time><tt:Date><tt:Year>"
        f"{moment.year}</tt:Year><tt:Month>{moment.month}</tt:Month><tt:Day>{moment.day}</tt:Day>"
        "</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )

    ours = fast.system_time(payload(root))
    theirs = by_zeep(zeeps, names.GET_SYSTEM_DATE_AND_TIME, root).UTCDateTime

    assert ours == moment.replace(microsecond=0, tzinfo=UTC)
    assert ours is not None
    assert (ours.year, ours.month, ours.day) == (
        theirs.Date.Year,
        theirs.Date.Month,
        theirs.Date.Day,
    )
    assert (ours.hour, ours.minute, ours.second) == (
        theirs.Time.Hour,
        theirs.Time.Minute,
        theirs.Time.Second,
    )


def nested(children: list[etree._Element]) -> etree._Element:
    parent = etree.Element(f"{{{names.Service.PTZ.value}}}Other")
    parent.extend(children)
    return parent


Reader = Callable[[etree._Element], object]


@quickly
@given(
    st.recursive(
        st.builds(etree.Element, st.sampled_from([f"{{{names.SCHEMA}}}{n}" for n in "ABC"])),
        lambda children: st.lists(children, max_size=3).map(nested),
        max_leaves=8,
    ),
    st.sampled_from([fast.status, fast.presets, fast.system_time]),
)
def test_a_strange_answer_is_refused_and_nothing_else_happens(
    element: etree._Element, read: Reader
) -> None:
    with pytest.raises(Unusable):
        read(element)
