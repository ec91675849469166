"""Rooms of the detector: handed on, never lost, whoever gives up."""

import asyncio

import pytest

from orchestrator.adapters.inference.turns import Turns
from orchestrator.domain.intent import Regard
from orchestrator.errors import ModelError
from tests.fakes.clock import settled

IDLE, LIVE, FOLLOWING = Regard


async def test_rooms_are_handed_on_by_regard() -> None:
    turns, came = Turns(1), list[str]()
    await turns.take(IDLE)

    async def come(name: str, regard: Regard) -> None:
        await turns.take(regard)
        came.append(name)

    comers = [("idle", IDLE), ("live", LIVE), ("led", FOLLOWING)]
    tasks = [asyncio.create_task(come(*comer)) for comer in comers]
    await settled()
    for _ in tasks:
        turns.give_back()
        await settled()

    assert came == ["led", "live", "idle"]


@pytest.mark.parametrize("called", [False, True])
async def test_who_gives_up_in_the_line_or_just_as_it_is_called_costs_no_room(
    *, called: bool
) -> None:
    turns = Turns(1)
    await turns.take(IDLE)
    given_up = asyncio.create_task(turns.take(FOLLOWING))
    await settled()
    if called:
        turns.give_back()
    given_up.cancel()
    await asyncio.wait({given_up})
    if not called:
        turns.give_back()

    await asyncio.wait_for(turns.take(IDLE), 1.0)


async def test_once_it_is_over_those_in_the_line_are_told_why_and_so_is_who_comes() -> None:
    turns = Turns(1)
    await turns.take(IDLE)
    waiting = asyncio.create_task(turns.take(IDLE))
    await settled()
    turns.end(ModelError("closed"))

    for late in (waiting, turns.take(IDLE)):
        with pytest.raises(ModelError, match="closed"):
            await late
