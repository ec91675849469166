"""A camera's picture and functions are made as granted, and it always gets back what it had."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from orchestrator.domain.ids import CameraId, PolicyName
from orchestrator.domain.imaging import Auxiliary, Imaging, Mode, Owed, Value
from orchestrator.domain.intent import Band, Reason, Setting, Trim
from orchestrator.domain.sighting import Observation, TrimEnd, TrimSeen
from orchestrator.ports import Approval, Credentials, Secret
from orchestrator.runtime.channels import Latest
from orchestrator.steer import trimmed
from tests.fakes.camera_link import AS_BOUGHT, FakeCamera, FakeCameras
from tests.fakes.clock import VirtualClock
from tests.fakes.store import MemoryStore

YARD = CameraId("yard")
LOGIN = Credentials("orchestrator", Secret("right"))
WIPER = Auxiliary("tt:Wiper|On", "tt:Wiper|Off")


def trim(**wanted: Value | Auxiliary) -> Trim:
    reason = Reason(PolicyName("storm"), None, "rain")
    return Trim(
        YARD,
        tuple(
            Setting(
                value.function if isinstance(value, Auxiliary) else name,
                value,
                Band.ANALYTICS,
                50,
                reason,
                0.0,
                60.0,
            )
            for name, value in wanted.items()
        ),
    )


class Stand:
    """One camera, its store, the channel its trim comes through, and what it reported."""

    def __init__(self, device: FakeCamera | None = None, store: MemoryStore | None = None) -> None:
        self.clock = VirtualClock()
        self.device = device or FakeCamera()
        self.store = store or MemoryStore()
        self.trims: Latest[Trim] = Latest()
        self.reports: list[Observation] = []
        approval = Approval(YARD, "192.0.2.5", 80, "/", "yard", None, "test")
        self.link = FakeCameras({("192.0.2.5", 80): self.device}, self.clock).link(approval, LOGIN)

    def ends(self) -> list[tuple[tuple[str, ...], TrimEnd]]:
        return [(seen.what, seen.end) for seen in self.reports if isinstance(seen, TrimSeen)]

    def sent(self, operation: str) -> int:
        return self.device.calls.count(operation)

    async def grant(self, wanted: Trim) -> None:
        self.trims.put(wanted)
        await self.clock.advance(0.0)


@asynccontextmanager
async def trimming(stand: Stand | None = None) -> AsyncIterator[Stand]:
    stand = stand or Stand()
    task = asyncio.create_task(
        trimmed(
            YARD,
            stand.link,
            trims=stand.trims,
            store=stand.store,
            report=stand.reports.append,
            clock=stand.clock,
        )
    )
    await stand.clock.advance(0.0)
    yield stand
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_camera_that_nothing_is_asked_of_is_left_alone() -> None:
    async with trimming() as stand:
        await stand.clock.advance(100.0)

        assert stand.device.calls == []


async def test_what_is_granted_is_set_and_what_was_there_is_put_back() -> None:
    async with trimming() as stand:
        await stand.grant(trim(brightness=0.7, ir_cut=Mode.OFF))
        assert stand.device.imaging == Imaging(0.7, 0.5, 0.5, 0.5, Mode.OFF, Mode.OFF)
        assert await stand.store.owed(YARD) == Owed(Imaging(brightness=0.5, ir_cut=Mode.AUTO))

        await stand.grant(Trim(YARD))

        assert stand.device.imaging == AS_BOUGHT
        assert await stand.store.owed(YARD) == Owed()
        assert [end for _, end in stand.ends()] == [TrimEnd.SET, TrimEnd.PUT_BACK]


async def test_only_what_nobody_wants_any_more_is_put_back() -> None:
    async with trimming() as stand:
        await stand.grant(trim(brightness=0.7, contrast=0.3))
        await stand.grant(trim(contrast=0.2))

        assert stand.device.imaging == Imaging(0.5, 0.2, 0.5, 0.5, Mode.AUTO, Mode.OFF)
        assert await stand.store.owed(YARD) == Owed(Imaging(contrast=0.5))


async def test_after_a_crash_a_camera_gets_back_what_it_had_before_the_first_change() -> None:
    async with trimming() as crashed:
        await crashed.grant(trim(brightness=0.9, wiper=WIPER))
        device, store = crashed.device, crashed.store
    assert device.imaging.brightness == 0.9

    async with trimming(Stand(device, store)):
        assert device.imaging == AS_BOUGHT
        assert device.auxiliary_sent == ["tt:Wiper|On", "tt:Wiper|Off"]
        assert await store.owed(YARD) == Owed()


async def test_a_restart_while_it_is_still_granted_does_not_take_the_change_for_the_original() -> (
    None
):
    async with trimming() as crashed:
        await crashed.grant(trim(brightness=0.9))
    again = Stand(crashed.device, crashed.store)
    again.trims.put(trim(brightness=0.9))

    async with trimming(again) as stand:
        await stand.grant(Trim(YARD))

        assert stand.device.imaging == AS_BOUGHT


async def test_what_cannot_be_kept_is_not_changed() -> None:
    async with trimming() as stand:
        stand.store.failing = True
        await stand.grant(trim(brightness=0.9, wiper=WIPER))

        assert stand.device.imaging == AS_BOUGHT
        assert stand.device.auxiliary_sent == []
        assert stand.ends()[-1][1] is TrimEnd.FAILED
        stand.store.failing = False
        await stand.clock.advance(6.0)
        assert stand.device.imaging.brightness == 0.9


async def test_a_camera_that_forgot_is_set_again() -> None:
    async with trimming() as stand:
        await stand.grant(trim(brightness=0.9))
        stand.device.imaging = AS_BOUGHT
        await stand.clock.advance(31.0)

        assert stand.device.imaging.brightness == 0.9


async def test_levels_that_a_camera_rounds_are_not_sent_again_and_again() -> None:
    async with trimming() as stand:
        await stand.grant(trim(brightness=0.61))
        stand.device.imaging = Imaging(0.6, 0.5, 0.5, 0.5, Mode.AUTO, Mode.OFF)
        await stand.clock.advance(100.0)

        assert stand.sent("SetImagingSettings") == 1


async def test_a_setting_that_the_camera_does_not_tell_is_left_alone() -> None:
    async with trimming(Stand(FakeCamera(imaging=Imaging(brightness=0.5)))) as stand:
        await stand.grant(trim(brightness=0.9, ir_cut=Mode.OFF))

        assert stand.device.imaging == Imaging(brightness=0.9)


async def test_a_refusal_is_told_once_and_does_not_keep_functions_from_running() -> None:
    async with trimming() as stand:
        await stand.grant(trim(wide_dynamic_range=Mode.AUTO, wiper=WIPER))
        await stand.clock.advance(200.0)

        assert stand.device.auxiliary_sent == ["tt:Wiper|On"]
        failed = [what for what, end in stand.ends() if end is TrimEnd.FAILED]
        assert failed == [("wide_dynamic_range",)], "and only of what was refused"


async def test_a_function_runs_once_and_is_ended_once() -> None:
    async with trimming() as stand:
        await stand.grant(trim(wiper=WIPER))
        await stand.clock.advance(100.0)
        await stand.grant(Trim(YARD))
        await stand.clock.advance(100.0)

        assert stand.device.auxiliary_sent == ["tt:Wiper|On", "tt:Wiper|Off"]


async def test_a_camera_that_is_away_is_set_when_it_is_back() -> None:
    async with trimming() as stand:
        stand.device.dead = True
        await stand.grant(trim(brightness=0.9, wiper=WIPER))
        stand.device.dead = False
        await stand.clock.advance(6.0)

        assert stand.device.imaging.brightness == 0.9
        assert stand.device.auxiliary_sent == ["tt:Wiper|On"]
