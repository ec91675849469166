"""A camera that refuses its login is tried once with each version of its secret; in virtual time."""

from orchestrator.app.login import LOOK_S
from orchestrator.domain.camera import LinkState
from tests.fakes.depot import Depot, serving


async def test_a_corrected_secret_is_tried_by_itself_and_the_camera_comes_on_board() -> None:
    async with serving(Depot(yard=("orchestrator", "wrong"))) as depot:
        await depot.clock.advance(200.0)
        assert depot.links() == [LinkState.REFUSED.value]

        depot.logins["yard"] = ("orchestrator", "right")
        await depot.clock.advance(3 * LOOK_S)

        assert depot.links() == [LinkState.REFUSED.value, LinkState.ONLINE.value]
        assert depot.device.wrong_passwords == 1
        assert [link.closed for link in depot.cameras.links] == [True, False]
        assert "GetStatus" in depot.device.calls


async def test_each_version_of_a_wrong_secret_is_refused_once() -> None:
    async with serving(Depot(yard=("orchestrator", "wrong"))) as depot:
        for guess in ("wrong again", "still wrong"):
            depot.logins["yard"] = ("orchestrator", guess)
            await depot.clock.advance(200.0)

        assert depot.device.wrong_passwords == 3


async def test_a_secret_that_is_being_written_is_not_sent() -> None:
    async with serving(Depot(yard=("orchestrator", "wrong"))) as depot:
        for letters in range(1, 6):
            depot.logins["yard"] = ("orchestrator", "right"[:letters])
            await depot.clock.advance(LOOK_S)
        await depot.clock.advance(LOOK_S)

        assert depot.device.wrong_passwords == 1
        assert depot.links()[-1] == LinkState.ONLINE.value


async def test_a_secret_that_was_missing_is_used_once_it_is_there() -> None:
    async with serving(Depot()) as depot:
        assert depot.links() == [LinkState.REFUSED.value]

        depot.logins["yard"] = ("orchestrator", "right")
        await depot.clock.advance(3 * LOOK_S)

        assert depot.links()[-1] == LinkState.ONLINE.value


async def test_what_could_not_be_kept_is_a_failure_in_the_journal() -> None:
    depot = Depot(yard=("orchestrator", "right"))
    depot.store.failing = True
    async with serving(depot):
        await depot.clock.advance(20.0)

        whats = depot.failures()
        assert any("judgements could not be kept" in what for what in whats)
        assert all("the disk is full" in what for what in whats)
