"""Pull points of a simulated camera: what they tell, how long they live, how many there are."""

import asyncio

import pytest

from simulators.device.events import MAX_PULL_POINTS, MOTION, PRESETS
from simulators.device.login import Authentication
from simulators.serve import Site, running
from tests.fakes.simulated_site import DOME, SECRETS, facility
from tests.fakes.soap_caller import Reply, call

pytestmark = pytest.mark.slow

ORIGIN = f"http://{DOME.host}:{DOME.onvif_port}"
EVENTS, PTZ = f"{ORIGIN}/onvif/event_service", f"{ORIGIN}/onvif/ptz_service"
CREATE = (
    "<tev:CreatePullPointSubscription><tev:InitialTerminationTime>{}</tev:InitialTerminationTime>"
    "</tev:CreatePullPointSubscription>"
)
PULL = (
    "<tev:PullMessages><tev:Timeout>PT{}S</tev:Timeout><tev:MessageLimit>10</tev:MessageLimit>"
    "</tev:PullMessages>"
)
GOTO = (
    "<tptz:GotoPreset><tptz:ProfileToken>main</tptz:ProfileToken>"
    "<tptz:PresetToken>{}</tptz:PresetToken></tptz:GotoPreset>"
)
STOP = "<tptz:Stop><tptz:ProfileToken>main</tptz:ProfileToken></tptz:Stop>"


OPEN = {DOME.id: Authentication.NONE}


async def subscribed(life: str = "PT60S") -> str:
    [address] = (await call(EVENTS, CREATE.format(life))).texts("Address")
    return address


async def topics(address: str, *, until: str, world: Site | None = None) -> list[str]:
    """Pull until a topic was told, and return all of them in order.

    ``world`` is one that only moves when ticked: it is, once for every pull.
    """
    told: list[str] = []
    async with asyncio.timeout(60):
        while until not in told:
            if world is not None:
                world.tick()
            told += (await call(address, PULL.format(2 if world is None else 0))).texts("Topic")
    return told


def items(reply: Reply) -> dict[str, str]:
    found = reply.root.iterfind(".//{*}SimpleItem")
    return {item.get("Name", ""): item.get("Value", "") for item in found}


async def test_a_journey_between_presets_is_told_step_by_step() -> None:
    async with running(
        facility(DOME), secrets=SECRETS, authentication=OPEN, realtime=False
    ) as site:
        address = await subscribed()
        await call(PTZ, GOTO.format(2))
        arrived = await topics(address, until=f"{PRESETS}/Reached", world=site)
        await call(PTZ, GOTO.format(3))
        left = await topics(address, until=f"{PRESETS}/Left", world=site)
        await call(PTZ, STOP)
        stopped = await topics(address, until=f"{PRESETS}/Aborted", world=site)

    steps = [topic.rpartition("/")[2] for topic in arrived + left + stopped if PRESETS in topic]
    assert steps == ["Invoked", "Reached", "Invoked", "Left", "Aborted"]


async def test_motion_in_the_picture_is_a_property_told_again_on_request() -> None:
    async with running(facility(DOME), secrets=SECRETS, authentication=OPEN):
        address = await subscribed()
        await topics(address, until=MOTION)
        await call(address, "<tev:SetSynchronizationPoint/>")
        again = await call(address, PULL.format(1))

    assert items(again)["State"] in {"true", "false"}
    assert again.root.find(".//{*}Message[@PropertyOperation='Initialized']") is not None


async def test_a_pull_waits_for_news_and_no_longer_than_asked() -> None:
    async with running(
        facility(DOME), secrets=SECRETS, authentication=OPEN, realtime=False
    ) as site:
        site.stations[DOME.id].device.events.publish("t", {}, {})
        address = await subscribed()
        await topics(address, until=MOTION)  # once only: this world stands still
        early = await call(address, PULL.format("0.2"))
        calls = site.stations[DOME.id].device.soap.calls
        pulled = calls.get("tev:PullMessages", 0)
        waiting = asyncio.create_task(call(address, PULL.format(60)))
        async with asyncio.timeout(20):
            while calls.get("tev:PullMessages", 0) == pulled:  # noqa: ASYNC110 - a count, not an event
                await asyncio.sleep(0.01)
        site.stations[DOME.id].device.events.publish("tns1:News", {"a": "b"}, {})
        async with asyncio.timeout(20):
            news = await waiting

    assert early.texts("Topic") == []
    assert news.texts("Topic") == ["tns1:News"]
    assert items(news) == {"a": "b"}


async def test_a_subscription_ends_with_its_term_or_when_told_to() -> None:
    async with running(
        facility(DOME), secrets=SECRETS, authentication=OPEN, realtime=False
    ) as site:
        brief = await subscribed("PT0.1S")
        renewed = await subscribed()
        term = "<wsnt:TerminationTime>PT30S</wsnt:TerminationTime>"
        assert (await call(renewed, f"<wsnt:Renew>{term}</wsnt:Renew>")).texts("TerminationTime")
        await asyncio.sleep(0.15)
        ended = await call(brief, PULL.format(0))
        assert (await call(renewed, "<wsnt:Unsubscribe/>")).operation == "UnsubscribeResponse"
        gone = await call(renewed, PULL.format(0))
        left = site.stations[DOME.id].device.events.subscriptions

    assert ended.fault == gone.fault == ["wsrf-rw:ResourceUnknownFault"]
    assert left == 0


async def test_a_camera_keeps_only_so_many_pull_points() -> None:
    async with running(facility(DOME), secrets=SECRETS, authentication=OPEN, realtime=False):
        for _ in range(MAX_PULL_POINTS):
            await subscribed()
        refused = await call(EVENTS, CREATE.format("PT60S"))

    assert refused.status == 500
    assert refused.fault == ["wsnt:SubscribeCreationFailedFault"]
