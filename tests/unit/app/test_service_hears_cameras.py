"""Cameras that come, go and move while the service runs: looked at, and never believed."""

from orchestrator.domain.camera import LinkState
from orchestrator.ports import Candidate, Leaving
from tests.fakes.depot import Depot, serving

RIGHT = ("orchestrator", "right")
ELSEWHERE = Candidate("urn:yard", "10.0.0.77", 8080, "/onvif/device_service")


def hello(depot: Depot) -> Candidate:
    [approval] = depot.service._approvals.values()
    return Candidate("urn:yard", approval.host, approval.port, approval.path)


async def test_a_camera_that_says_hello_is_back_at_once() -> None:
    depot = Depot(yard=RIGHT)
    depot.device.dead = True
    async with serving(depot):
        await depot.clock.advance(40.0)
        depot.device.dead = False

        depot.discovery.says(hello(depot))
        await depot.clock.advance(0.2)

        assert depot.links()[-1] == LinkState.ONLINE.value
        await depot.clock.advance(10.0)  # its head goes home meanwhile, and is let finish


async def test_a_bye_is_looked_into_and_takes_no_camera_away() -> None:
    async with serving(Depot(yard=RIGHT)) as depot:
        asked = len(depot.device.calls)
        depot.discovery.says(Leaving("urn:yard", hello(depot).host))
        await depot.clock.advance(0.2)

        assert len(depot.device.calls) > asked
        assert depot.links() == [LinkState.ONLINE.value]


async def test_a_moved_camera_waits_for_a_person_and_is_not_contacted() -> None:
    depot = Depot(yard=RIGHT)
    async with serving(depot):
        depot.device.dead = True
        depot.discovery.says(ELSEWHERE)
        await depot.clock.advance(60.0)

        assert depot.links()[-1] == LinkState.OFFLINE.value
        assert "something at 10.0.0.77:8080 calls itself as this camera did" in depot.reason()
        assert "approve it" in depot.reason()
        assert len(depot.cameras.links) == 1


async def test_who_calls_itself_like_a_camera_that_is_there_changes_nothing() -> None:
    async with serving(Depot(yard=RIGHT)) as depot:
        depot.discovery.says(ELSEWHERE)
        await depot.clock.advance(6.0)

        assert depot.links() == [LinkState.ONLINE.value]
        assert len(depot.cameras.links) == 1


async def test_a_stranger_at_a_known_address_is_quarantined_when_it_says_hello() -> None:
    depot = Depot(serial="SIM-1", yard=RIGHT)
    async with serving(depot):
        depot.device.serial = "SIM-9"
        depot.discovery.says(hello(depot))
        await depot.clock.advance(1.0)

        assert depot.links()[-1] == LinkState.QUARANTINED.value


async def test_a_flood_of_hellos_asks_a_camera_no_more_often_than_one() -> None:
    async with serving(Depot(yard=RIGHT)) as depot:
        before = depot.device.interviews
        for _ in range(200):
            depot.discovery.says(hello(depot))
        await depot.clock.advance(3.0)

        assert depot.device.interviews == before + 1
