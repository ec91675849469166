"""What is read of an answer when it is asked for equals what zeep reads of all of it at once."""

from collections.abc import Mapping

import pytest
from lxml import etree

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.engine import Engine, engine
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import root_of
from orchestrator.adapters.onvif.names import Operation
from simulators.device.login import Authentication
from simulators.device.unit import PROFILE, PTZ_CONFIGURATION, SOURCE
from tests.fakes.onvif_site import SimulatedDevice
from tests.fakes.zeeps import by_zeep, same

QUESTIONS: Mapping[Operation, Mapping[str, object]] = {
    names.GET_SYSTEM_DATE_AND_TIME: {},
    names.GET_DEVICE_INFORMATION: {},
    names.GET_SERVICES: {"IncludeCapability": True},
    names.GET_CAPABILITIES: {"Category": ["All"]},
    names.GET_DEVICE_CAPABILITIES: {},
    names.GET_PROFILES: {},
    names.GET_STREAM_URI: {
        "StreamSetup": {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}},
        "ProfileToken": PROFILE,
    },
    names.GET_SNAPSHOT_URI: {"ProfileToken": PROFILE},
    names.GET_NODES: {},
    names.GET_PTZ_OPTIONS: {"ConfigurationToken": PTZ_CONFIGURATION},
    names.GET_STATUS: {"ProfileToken": PROFILE},
    names.GET_PRESETS: {"ProfileToken": PROFILE},
    names.GET_IMAGING_OPTIONS: {"VideoSourceToken": SOURCE},
    names.GET_IMAGING_SETTINGS: {"VideoSourceToken": SOURCE},
    names.GET_EVENT_CAPABILITIES: {},
}


@pytest.fixture
async def zeeps() -> Engine:
    return await engine()


async def answered(zeeps: Engine, operation: Operation) -> etree._Element:
    device = SimulatedDevice(Authentication.NONE).device
    body = envelope(zeeps.build(operation, **QUESTIONS[operation]))
    found = await device.soap.answered(body, "/onvif/any_service", None)
    return root_of(found.body)


@pytest.mark.parametrize("operation", QUESTIONS, ids=lambda each: each.action.rsplit("/", 2)[1:])
async def test_every_field_that_zeep_reads_is_read_the_same(
    zeeps: Engine, operation: Operation
) -> None:
    root = await answered(zeeps, operation)
    theirs = by_zeep(zeeps, operation, root)

    assert theirs is not None
    assert same(zeeps.parse(operation, root), theirs)


async def test_a_number_that_is_none_costs_its_field_and_not_the_answer(zeeps: Engine) -> None:
    root = await answered(zeeps, names.GET_PROFILES)
    for element in root.iter("{http://www.onvif.org/ver10/schema}Width"):
        element.text = "wide"
    [profile] = zeeps.parse(names.GET_PROFILES, root)

    assert profile.Name == "main"
    assert profile.VideoEncoderConfiguration.Resolution.Width is None


async def test_a_field_that_the_schema_does_not_have_is_no_field(zeeps: Engine) -> None:
    found = zeeps.parse(
        names.GET_DEVICE_INFORMATION, await answered(zeeps, names.GET_DEVICE_INFORMATION)
    )

    with pytest.raises(AttributeError, match="Colour"):
        _ = found.Colour
