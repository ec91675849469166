"""While a camera is away the network is asked for it; news of one camera are told at a bounded rate."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from orchestrator.discover import News, looked_out
from orchestrator.discover.lookout import GAP_S, LOOK_EVERY_S
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval, Candidate
from tests.fakes.clock import VirtualClock
from tests.fakes.discovery import FakeDiscovery

GATE = CameraId("gate")
APPROVAL = Approval(GATE, "10.0.0.1", 80, "/", "all", "S", "anna", endpoint_reference="urn:gate")
HOME = Candidate("urn:gate", "10.0.0.1", 80, "/")
ELSEWHERE = Candidate("urn:gate", "10.0.0.9", 80, "/")


@dataclass
class Scene:
    door: FakeDiscovery = field(default_factory=FakeDiscovery)
    clock: VirtualClock = field(default_factory=VirtualClock)
    told: list[News] = field(default_factory=list)
    away: bool = False


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    task = asyncio.create_task(
        looked_out(
            made.door,
            [APPROVAL],
            interfaces=(),
            clock=made.clock,
            away=lambda: made.away,
            tell=made.told.append,
        )
    )
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_network_is_asked_only_while_a_camera_is_away(scene: Scene) -> None:
    scene.door.there.append(ELSEWHERE)
    await scene.clock.advance(3 * LOOK_EVERY_S)
    assert (scene.door.rounds, scene.told) == (0, [])

    scene.away = True
    await scene.clock.advance(LOOK_EVERY_S)

    assert scene.door.rounds == 1
    assert scene.told == [News(GATE, "10.0.0.9:80")]


async def test_news_of_a_camera_are_told_at_a_bounded_rate_and_a_move_is_not_lost_in_them(
    scene: Scene,
) -> None:
    for _ in range(50):
        scene.door.says(HOME)
    scene.door.says(ELSEWHERE)
    await scene.clock.advance(1.0)
    assert scene.told == [News(GATE), News(GATE, "10.0.0.9:80")]

    await scene.clock.advance(GAP_S)
    scene.door.says(HOME)
    await scene.clock.advance(1.0)

    assert len(scene.told) == 3
