"""Subscriptions to cameras with manners of their own: each is listened to, and none is left behind."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import CameraId
from orchestrator.domain.instant import Instant
from orchestrator.domain.sighting import CameraReported, Report
from orchestrator.errors import CameraError, CameraFault, NotSupported
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from simulators.device.events import Manners
from simulators.device.login import Authentication
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice
from tests.fakes.store import MemoryStore

DOCK = CameraId("dock")
PULL, RENEW, CREATE = "tev:PullMessages", "wsnt:Renew", "tev:CreatePullPointSubscription"


class JumpingClock:
    """The true clock, moved on by hand; nobody sleeps by it."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> Instant:
        now = SystemClock().now()
        return replace(now, mono_s=now.mono_s + self.ahead_s)

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)


@dataclass
class Scene:
    """A camera, a link to it, and the clock that the link goes by."""

    simulated: SimulatedDevice
    link: CameraLink
    clock: JumpingClock

    @property
    def manners(self) -> Manners:
        return self.simulated.device.events.manners

    def asked(self, operation: str) -> int:
        return self.simulated.device.soap.calls.get(operation, 0)

    def subscriptions(self) -> int:
        return self.simulated.device.events.subscriptions


async def scene_with(authentication: Authentication) -> AsyncIterator[Scene]:
    simulated = SimulatedDevice(authentication)
    await simulated.device.open()
    clock = JumpingClock()
    async with OnvifCameras(clock) as cameras:
        unit = simulated.unit
        path = "/onvif/device_service"
        approval = Approval(DOCK, unit.host, unit.onvif_port, path, "dock", None, "anna")
        link = cameras.link(approval, Credentials(USERNAME, Secret(PASSWORD)))
        yield Scene(simulated, link, clock)
    await simulated.device.close()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async for each in scene_with(Authentication.DIGEST):
        yield each


@pytest.fixture(params=[Authentication.NONE, Authentication.WSSE])
async def other_login(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    async for each in scene_with(request.param):
        yield each


async def batch(batches: AsyncIterator[Sequence[CameraReported]]) -> Sequence[CameraReported]:
    """Return the next batch; one comes soon, if anything has been told."""
    async with asyncio.timeout(30.0):
        return await anext(batches)


async def told(batches: AsyncIterator[Sequence[CameraReported]]) -> Sequence[CameraReported]:
    """Return the next batch that has something in it."""
    while not (found := await batch(batches)):
        pass
    return found


async def test_a_subscription_is_renewed_when_four_fifths_of_it_are_over(scene: Scene) -> None:
    async with scene.link.events() as batches:
        scene.clock.ahead_s = 479.0
        scene.simulated.device.tampered(covered=True)
        await told(batches)
        early = scene.asked(RENEW)
        scene.clock.ahead_s = 481.0
        await batch(batches)

    assert (early, scene.asked(RENEW)) == (0, 1)
    assert scene.asked(CREATE) == 1


async def test_a_short_grant_is_renewed_by_its_own_measure(scene: Scene) -> None:
    scene.manners.longest_s = 60.0

    async with scene.link.events() as batches:
        scene.clock.ahead_s = 49.0
        await batch(batches)

    assert scene.asked(RENEW) == 1


async def test_a_camera_that_takes_durations_for_less_is_told_an_hour_instead(
    scene: Scene,
) -> None:
    scene.manners.minutes_for_seconds = True

    async with scene.link.events() as batches:
        scene.clock.ahead_s = 9.0
        await batch(batches)
        scene.clock.ahead_s += 470.0
        scene.simulated.device.tampered(covered=True)
        await told(batches)

    assert scene.asked(RENEW) == 1


async def test_a_camera_that_does_not_renew_gives_up_the_old_one_and_gets_another(
    scene: Scene,
) -> None:
    scene.manners.renews = False

    async with scene.link.events() as batches:
        scene.clock.ahead_s = 500.0
        async with asyncio.timeout(30.0):
            assert [each async for found in batches for each in found] == []
    assert scene.subscriptions() == 0
    async with scene.link.events() as batches:
        scene.simulated.device.contact("door", closed=True)
        [began] = await told(batches)

    assert (began.report, began.part, began.active) == (Report.INPUT, "door", True)


async def test_what_is_told_twice_is_heard_once(scene: Scene) -> None:
    scene.manners.tells_twice = True

    async with scene.link.events() as batches:
        scene.simulated.device.contact("door", closed=True)
        first = await told(batches)
        scene.simulated.device.contact("bell", closed=True)
        second = await told(batches)

    assert [each.part for each in (*first, *second)] == ["door", "bell"]


async def test_a_camera_that_refuses_long_waits_is_asked_for_shorter_ones(scene: Scene) -> None:
    scene.manners.refuses_longer_pulls, scene.manners.longest_pull_s = True, 10.0

    async with scene.link.events() as batches:
        scene.simulated.device.contact("door", closed=True)
        [began] = await told(batches)

    assert began.part == "door"
    assert scene.asked(PULL) == 2


@pytest.mark.slow
async def test_an_answer_that_comes_later_than_it_was_asked_for_is_heard(scene: Scene) -> None:
    async with scene.link.events() as batches:
        scene.clock.ahead_s = 479.0  # a second before it is renewed: no longer wait is asked for
        scene.simulated.device.soap.delay_s = 1.2
        scene.simulated.device.contact("door", closed=True)
        [began] = await batch(batches)
        scene.simulated.device.soap.delay_s = 0.0

    assert began.part == "door"
    assert scene.asked(CREATE) == 1


async def test_a_subscription_known_by_its_parameter_is_told_it_again(scene: Scene) -> None:
    scene.manners.by_parameter = True

    async with scene.link.events() as batches:
        scene.simulated.device.contact("door", closed=True)
        [began] = await told(batches)
        assert scene.subscriptions() == 1

    assert began.part == "door"
    assert scene.subscriptions() == 0


@pytest.mark.parametrize("elsewhere", ["http://192.0.2.66:8080", "http://{host}:1", "https://a.b"])
async def test_a_subscription_elsewhere_is_asked_for_at_the_approved_origin(
    scene: Scene, elsewhere: str
) -> None:
    scene.manners.elsewhere = elsewhere.format(host=scene.simulated.unit.host)

    async with scene.link.events() as batches:
        scene.simulated.device.contact("door", closed=True)
        assert await told(batches)

    assert scene.subscriptions() == 0


async def test_a_camera_without_room_says_so_and_keeps_what_it_has(scene: Scene) -> None:
    scene.manners.most = 1

    async with scene.link.events():
        with pytest.raises(CameraFault) as error:
            async with scene.link.events():
                pass
        kept = scene.subscriptions()

    assert error.value.code == "SubscribeCreationFailedFault"
    assert kept == 1


async def test_who_is_cancelled_while_subscribing_leaves_no_subscription(scene: Scene) -> None:
    await scene.link.interview()
    scene.simulated.device.soap.delay_s = 0.2
    created = scene.simulated.device.events

    async def listen() -> None:
        async with scene.link.events():
            pass

    listening = asyncio.create_task(listen())
    async with asyncio.timeout(30.0):
        while not created.created:  # noqa: ASYNC110 - a count, not an event
            await asyncio.sleep(0.005)
    listening.cancel()
    await asyncio.wait([listening])

    assert listening.cancelled()
    assert (created.created, scene.subscriptions()) == (1, 0)


async def test_events_are_heard_whatever_login_a_camera_wants(other_login: Scene) -> None:
    scene = other_login
    async with scene.link.events() as batches:
        listening = asyncio.ensure_future(told(batches))
        async with asyncio.timeout(10.0):
            await asyncio.gather(*(scene.link.head() for _ in range(4)))
        scene.simulated.device.contact("door", closed=True)
        [began] = await listening

    assert began.part == "door"
    assert scene.subscriptions() == 0


async def test_a_user_who_may_not_subscribe_is_still_let_in_for_the_rest(scene: Scene) -> None:
    await scene.link.interview()
    scene.simulated.device.soap.reserved = frozenset({CREATE})

    for _ in range(2):
        with pytest.raises(CameraError):
            async with scene.link.events():
                pass

    await scene.link.head()
    assert scene.simulated.access.wrong_passwords == 0


async def test_a_camera_whose_event_service_leads_nowhere_tells_nothing(scene: Scene) -> None:
    scene.simulated.device.soap.dead = frozenset({"/onvif/event_service"})

    passport = await scene.link.interview()
    with pytest.raises(NotSupported):
        async with scene.link.events():
            pass

    assert (passport.events, passport.absent) == ("", frozenset({"events"}))


@pytest.mark.parametrize("by_parameter", [False, True])
async def test_what_a_run_before_a_crash_subscribed_to_is_given_back(by_parameter: bool) -> None:
    simulated, kept, clock = SimulatedDevice(), MemoryStore(), JumpingClock()
    simulated.device.events.manners.by_parameter = by_parameter
    await simulated.device.open()
    unit = simulated.unit
    approval = Approval(
        DOCK, unit.host, unit.onvif_port, "/onvif/device_service", "dock", None, "a"
    )
    login = Credentials(USERNAME, Secret(PASSWORD))

    async with (
        OnvifCameras(clock, subscriptions=kept) as crashed,
        OnvifCameras(clock, subscriptions=kept) as again,
        crashed.link(approval, login).events(),
    ):
        noted = await kept.subscription(DOCK)
        async with again.link(approval, login).events():
            assert simulated.device.events.created == 2
            assert simulated.device.events.subscriptions == 1
            assert await kept.subscription(DOCK) != noted
        assert simulated.device.events.subscriptions == 0
        assert await kept.subscription(DOCK) == ""
    await simulated.device.close()


async def test_a_note_that_is_none_and_a_store_that_fails_cost_no_subscription() -> None:
    simulated, kept, clock = SimulatedDevice(), MemoryStore(), JumpingClock()
    await kept.note_subscription(DOCK, "[1, 2]")
    await simulated.device.open()
    unit = simulated.unit
    approval = Approval(
        DOCK, unit.host, unit.onvif_port, "/onvif/device_service", "dock", None, "a"
    )
    async with OnvifCameras(clock, subscriptions=kept) as cameras:
        link = cameras.link(approval, Credentials(USERNAME, Secret(PASSWORD)))
        async with link.events():
            assert simulated.device.events.subscriptions == 1
        kept.failing = True
        async with link.events():
            assert simulated.device.events.subscriptions == 1
    await simulated.device.close()
