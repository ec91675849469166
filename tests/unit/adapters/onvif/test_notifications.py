"""Notifications of real cameras' kinds, read as reports; what nobody knows is left out."""

from xml.sax.saxutils import quoteattr

import pytest

from orchestrator.adapters.onvif import subscription
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import Unusable, root_of
from orchestrator.adapters.onvif.names import ADDRESSING, NOTIFICATION, RENEW, SCHEMA, Service
from orchestrator.adapters.onvif.notifications import MOST_MESSAGES, Told, reported, told
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import CameraReported, Report

AT = "2026-03-02T02:00:00Z"
TOPICS = 'xmlns:tns1="http://www.onvif.org/ver10/topics"'


def items(**values: str) -> str:
    return "".join(
        f"<tt:SimpleItem Name={quoteattr(name)} Value={quoteattr(value)}/>"
        for name, value in values.items()
    )


def message(
    topic: str,
    source: dict[str, str],
    data: dict[str, str],
    *,
    attributes: str = f'UtcTime="{AT}"',
    declared: str = TOPICS,
) -> str:
    return (
        f"<wsnt:NotificationMessage><wsnt:Topic {declared}>{topic}</wsnt:Topic><wsnt:Message>"
        f"<tt:Message {attributes}><tt:Source>{items(**source)}</tt:Source>"
        f"<tt:Data>{items(**data)}</tt:Data></tt:Message></wsnt:Message>"
        "</wsnt:NotificationMessage>"
    )


def read(*messages: str) -> tuple[Told, ...]:
    payload = (
        f'<tev:PullMessagesResponse xmlns:tev="{Service.EVENTS.value}" xmlns:tt="{SCHEMA}"'
        f' xmlns:wsnt="{NOTIFICATION}"><tev:CurrentTime>{AT}</tev:CurrentTime>'
        f"<tev:TerminationTime>{AT}</tev:TerminationTime>{''.join(messages)}"
        "</tev:PullMessagesResponse>"
    )
    return told(root_of(envelope(payload.encode())))


@pytest.mark.parametrize(
    ("topic", "source", "data", "expected"),
    [
        (
            "tns1:VideoSource/MotionAlarm",
            {"Source": "v0"},
            {"State": "true"},
            (Report.MOTION, "v0", True),
        ),
        (
            "tns1:RuleEngine/CellMotionDetector/Motion",
            {"VideoSourceConfigurationToken": "v", "Rule": "MyMotion"},
            {"IsMotion": "1"},
            (Report.MOTION, "MyMotion", True),
        ),
        (
            "tns1:RuleEngine/TamperDetector/Tamper",
            {"Rule": "MyTamper"},
            {"IsTamper": "true"},
            (Report.TAMPER, "MyTamper", True),
        ),
        (
            "tns1:VideoSource/GlobalSceneChange/ImagingService",
            {"Source": "v0"},
            {"State": "true"},
            (Report.TAMPER, "ImagingService/v0", True),
        ),
        (
            "tns1:VideoSource/ImageTooDark/AnalyticsService",
            {"Source": "v0"},
            {"State": "false"},
            (Report.TOO_DARK, "AnalyticsService/v0", False),
        ),
        (
            "tns1:VideoSource/ImageTooBlurry/ImagingService",
            {},
            {"State": "true"},
            (Report.TOO_BLURRY, "ImagingService", True),
        ),
        (
            "tns1:VideoSource/tns1:ImageTooBright/tns1:ImagingService",
            {},
            {"State": "true"},
            (Report.TOO_BRIGHT, "ImagingService", True),
        ),
        (
            "tns1:Device/Trigger/DigitalInput",
            {"InputToken": "2"},
            {"LogicalState": "true"},
            (Report.INPUT, "2", True),
        ),
        (
            "tns1:Device/HardwareFailure/FanFailure",
            {"Token": "fan1"},
            {"Failed": "true"},
            (Report.FAILURE, "FanFailure/fan1", True),
        ),
        (
            "tns1:PTZController/PTZPresets/Reached",
            {"PTZConfigurationToken": "p"},
            {"PresetToken": "1", "PresetName": "gate"},
            (Report.PRESET, "gate", None),
        ),
        (
            "tns1:RuleEngine/LineDetector/Crossed",
            {"Rule": "Fence"},
            {"ObjectId": "1"},
            (Report.RULE, "Fence", None),
        ),
        (
            "tns1:RuleEngine/FieldDetector/ObjectsInside",
            {"Rule": "Yard"},
            {"ObjectId": "7", "IsInside": "false"},
            (Report.RULE, "Yard", False),
        ),
    ],
)
def test_topics_are_read_as_reports(
    topic: str,
    source: dict[str, str],
    data: dict[str, str],
    expected: tuple[Report, str, bool | None],
) -> None:
    [found] = read(message(topic, source, data))

    assert (found.report, found.part, found.active) == expected


@pytest.mark.parametrize(
    ("topic", "declared"),
    [
        ("tns1:VideoSource", TOPICS),
        ("tns1:PTZController/PTZPresets/Left", TOPICS),
        ("tns1:Device/Trigger/Relay", TOPICS),
        ("", TOPICS),
        (
            "tnsaxis:VideoSource/MotionAlarm",
            'xmlns:tnsaxis="http://www.axis.com/2009/event/topics"',
        ),
        ("tns1:VideoSource/MotionAlarm", 'xmlns:tns1="urn:somebody-elses"'),
        ("tns1:" + "/VideoSource" * 100, TOPICS),
    ],
)
def test_topics_that_are_none_of_ours_are_left_out(topic: str, declared: str) -> None:
    assert read(message(topic, {}, {"State": "true"}, declared=declared)) == ()


def test_a_topic_whose_prefix_was_never_declared_is_taken_for_onvifs() -> None:
    [found] = read(message("tns1:VideoSource/MotionAlarm", {}, {"State": "true"}, declared=""))

    assert found.report is Report.MOTION


def test_a_property_that_is_taken_away_has_ended() -> None:
    attributes = f'UtcTime="{AT}" PropertyOperation="Deleted"'

    [found] = read(
        message("tns1:VideoSource/MotionAlarm", {}, {"State": "true"}, attributes=attributes)
    )

    assert found.active is False


def test_the_same_message_is_known_again_and_another_state_is_not_the_same() -> None:
    alarm = "tns1:VideoSource/MotionAlarm"
    first, again, ended = read(
        message(alarm, {"Source": "v0"}, {"State": "true"}),
        message(alarm, {"Source": "v0"}, {"State": "true"}),
        message(alarm, {"Source": "v0"}, {"State": "false"}),
    )
    [undated] = read(message(alarm, {}, {"State": "true"}, attributes=""))

    assert first.sent == again.sent != ended.sent
    assert undated.sent == ()


def test_of_a_flood_no_more_is_read_than_the_cap() -> None:
    flood = message("tns1:VideoSource/MotionAlarm", {}, {"State": "true"})

    assert len(read(*[flood] * (MOST_MESSAGES + 5))) == MOST_MESSAGES


def test_another_answer_is_refused() -> None:
    with pytest.raises(Unusable, match="PullMessagesResponse"):
        told(root_of(envelope(b"<other/>")))


def test_what_only_happens_begins_and_ends_at_once() -> None:
    gate = CameraId("gate")

    found = reported(gate, [Told(Report.PRESET, "home", None), Told(Report.MOTION, "", False)], 3.0)

    assert found == (
        CameraReported(gate, Report.PRESET, True, 3.0, "home"),
        CameraReported(gate, Report.PRESET, False, 3.0, "home"),
        CameraReported(gate, Report.MOTION, False, 3.0, ""),
    )


def created(times: str, parameters: str = "") -> subscription.Reference:
    payload = (
        f'<tev:CreatePullPointSubscriptionResponse xmlns:tev="{Service.EVENTS.value}"'
        f' xmlns:wsnt="{NOTIFICATION}" xmlns:wsa="{ADDRESSING}"><tev:SubscriptionReference>'
        f"<wsa:Address>http://10.0.0.9/sub?id=1&amp;x=2</wsa:Address>{parameters}"
        f"</tev:SubscriptionReference>{times}</tev:CreatePullPointSubscriptionResponse>"
    )
    return subscription.created(root_of(envelope(payload.encode())))


def times(begins: str, ends: str) -> str:
    return (
        f"<wsnt:CurrentTime>{begins}</wsnt:CurrentTime>"
        f"<wsnt:TerminationTime>{ends}</wsnt:TerminationTime>"
    )


@pytest.mark.parametrize(
    ("said", "granted_s"),
    [
        (times("2026-03-02T02:00:00Z", "2026-03-02T02:10:00Z"), 600.0),
        (times("1970-01-01T00:00:00", "1970-01-01T00:01:00.000"), 60.0),
        (times("2026-03-02T02:00:00Z", "2026-03-02T04:01:00+02:00"), 60.0),
        (times("2026-03-02T02:00:00Z", "2026-03-02T01:00:00Z"), 5.0),
        (times("2026-03-02T02:00:00Z", "9999-03-02T01:00:00Z"), 86_400.0),
        (times("2026-13-02T02:00:00Z", "2026-03-02T01:00:00Z"), 60.0),
        (times("soon", "later"), 60.0),
        ("", 60.0),
    ],
)
def test_a_grant_is_the_span_between_the_cameras_own_times(said: str, granted_s: float) -> None:
    assert created(said).granted_s == granted_s


def test_what_a_subscription_wants_to_hear_again_is_said_again() -> None:
    parameters = (
        '<wsa:ReferenceParameters><v:Id xmlns:v="urn:vendor" v:n="1">a&lt;b</v:Id>'
        "</wsa:ReferenceParameters>"
    )

    header = subscription.addressed(RENEW, created("", parameters))
    root = root_of(envelope(b"<a/>", header))

    [said] = root.iter("{urn:vendor}Id")
    assert said.text == "a<b"
    assert said.get(f"{{{ADDRESSING}}}IsReferenceParameter") == "true"
    assert root.findtext(f".//{{{ADDRESSING}}}To") == "http://10.0.0.9/sub?id=1&x=2"
    assert root.findtext(f".//{{{ADDRESSING}}}Action") == RENEW.action


def test_a_parameter_that_would_fill_every_request_is_refused() -> None:
    parameters = f"<wsa:ReferenceParameters><id>{'x' * 5000}</id></wsa:ReferenceParameters>"

    with pytest.raises(Unusable, match="too long"):
        created("", parameters)
