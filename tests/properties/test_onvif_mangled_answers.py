"""Answers of a simulated camera, mangled: each is read or refused, and nothing else happens."""

import copy
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from orchestrator.adapters.onvif import answers, fast, imaging, names, notifications, subscription
from orchestrator.adapters.onvif.calls import answer_in
from orchestrator.adapters.onvif.engine import Engine, engine
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import Unusable, root_of
from orchestrator.adapters.onvif.names import Operation
from orchestrator.domain.imaging import Mode
from simulators.device.login import Authentication
from simulators.device.unit import SOURCE
from tests.fakes.onvif_site import SimulatedDevice
from tests.fakes.posting import posted

Read = Callable[[etree._Element], object]
RANGES = imaging.Ranges({"brightness": (0.0, 100.0)}, {"ir_cut": frozenset(Mode)})

QUESTIONS: dict[Operation, dict[str, object]] = {
    names.GET_SYSTEM_DATE_AND_TIME: {},
    names.GET_DEVICE_INFORMATION: {},
    names.GET_SERVICES: {"IncludeCapability": False},
    names.GET_CAPABILITIES: {"Category": ["All"]},
    names.GET_PROFILES: {},
    names.GET_STREAM_URI: {
        "StreamSetup": {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}},
        "ProfileToken": "main",
    },
    names.GET_NODES: {},
    names.GET_PTZ_CAPABILITIES: {},
    names.GET_STATUS: {"ProfileToken": "main"},
    names.GET_PRESETS: {"ProfileToken": "main"},
    names.GET_IMAGING_OPTIONS: {"VideoSourceToken": SOURCE},
    names.GET_IMAGING_SETTINGS: {"VideoSourceToken": SOURCE},
    names.GET_DEVICE_CAPABILITIES: {},
}
MADE: dict[Operation, Callable[[object], object]] = {
    names.GET_DEVICE_INFORMATION: answers.identity,
    names.GET_SERVICES: lambda answer: answers.endpoints_of_services(answer, "127.0.0.1"),
    names.GET_CAPABILITIES: lambda answer: answers.endpoints_of_capabilities(answer, "127.0.0.1"),
    names.GET_PROFILES: answers.profiles,
    names.GET_STREAM_URI: answers.stream_claim,
    names.GET_NODES: answers.node_commands,
}
BY_HAND: dict[Operation, Read] = {
    names.GET_SYSTEM_DATE_AND_TIME: lambda root: fast.system_time(answer_in(root)),
    names.GET_STATUS: lambda root: fast.status(answer_in(root)),
    names.GET_PRESETS: lambda root: fast.presets(answer_in(root)),
    names.GET_PTZ_CAPABILITIES: answers.reports_move_status,
    names.GET_IMAGING_OPTIONS: imaging.ranges,
    names.GET_IMAGING_SETTINGS: lambda root: imaging.settings(root, RANGES),
    names.GET_DEVICE_CAPABILITIES: answers.device_commands,
}


@pytest.fixture
async def readers() -> list[tuple[Read, etree._Element]]:
    """Return what reads each answer, with an honest answer to it."""
    zeeps = await engine()
    simulated = SimulatedDevice(Authentication.NONE)
    await simulated.device.open()
    unit = simulated.unit
    pairs: list[tuple[Read, etree._Element]] = []
    for operation, arguments in QUESTIONS.items():
        body = envelope(zeeps.build(operation, **arguments))
        answer = await posted(unit.host, unit.onvif_port, operation, body)
        pairs.append((_reader(zeeps, operation), root_of(answer)))
    pairs += await _of_a_subscription(simulated)
    await simulated.device.close()
    return pairs


async def _of_a_subscription(
    simulated: SimulatedDevice,
) -> list[tuple[Read, etree._Element]]:
    """Return what reads the answers of a subscription, with honest ones."""
    simulated.device.events.manners.by_parameter = True
    simulated.device.tampered(covered=True)

    async def answered(operation: Operation, body: bytes) -> etree._Element:
        unit = simulated.unit
        return root_of(await posted(unit.host, unit.onvif_port, operation, body))

    payload = subscription.create_pull_point(60.0)
    made = await answered(names.CREATE_PULL_POINT, envelope(payload))
    reference = subscription.created(copy.deepcopy(made))
    pull = subscription.addressed(names.PULL_MESSAGES, reference)
    pulled = await answered(names.PULL_MESSAGES, envelope(subscription.pull_messages(1, 8), pull))
    again = subscription.addressed(names.RENEW, reference)
    renewed = await answered(names.RENEW, envelope(subscription.renew(60.0), again))
    return [
        (subscription.created, made),
        (notifications.told, pulled),
        (subscription.renewed, renewed),
    ]


def _reader(zeeps: Engine, operation: Operation) -> Read:
    if operation in BY_HAND:
        return BY_HAND[operation]
    return answers.reader(partial(zeeps.parse, operation), MADE[operation])


async def test_every_honest_answer_is_read(readers: list[tuple[Read, etree._Element]]) -> None:
    for read, root in readers:
        read(copy.deepcopy(root))


TEXTS = st.sampled_from(["", " ", "-1", "NaN", "99999999999999999999", "true", "x" * 300, "\u202e"])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.slow
async def test_a_mangled_answer_is_read_or_refused(
    readers: list[tuple[Read, etree._Element]], data: st.DataObject
) -> None:
    read, honest = data.draw(st.sampled_from(readers))
    root = copy.deepcopy(honest)
    for _ in range(data.draw(st.integers(1, 3))):
        _mangle(root, data)
    try:
        read(root)
    except Unusable:
        return


def _mangle(root: etree._Element, data: st.DataObject) -> None:
    inside = list(root.iter())[2:]
    if not inside:
        return
    element = data.draw(st.sampled_from(inside))
    parent = element.getparent()
    match data.draw(st.sampled_from(["drop", "double", "text", "attribute", "rename", "nest"])):
        case "drop" if parent is not None:
            parent.remove(element)
        case "double" if parent is not None:
            parent.append(copy.deepcopy(element))
        case "attribute" if element.attrib:
            name = data.draw(st.sampled_from(sorted(str(each) for each in element.attrib)))
            element.set(name, data.draw(TEXTS))
        case "rename":
            element.tag = data.draw(st.sampled_from([element.tag, "{urn:x}y", "Name"]))
        case "nest":
            element.append(copy.deepcopy(element))
        case _:
            element.text = data.draw(TEXTS)
