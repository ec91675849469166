"""Latest may be overwritten; an outbox loses nothing."""

import asyncio

from orchestrator.runtime.channels import Latest, Outbox


async def test_a_slow_reader_gets_the_newest_value_and_the_loss_is_counted() -> None:
    latest: Latest[int] = Latest()
    latest.put(1)
    latest.put(2)

    assert await latest.take() == 2
    assert latest.overwritten == 1


async def test_a_value_is_taken_once_but_can_be_peeked_at_for_ever() -> None:
    latest: Latest[int] = Latest()
    latest.put(7)
    await latest.take()

    assert latest.peek() == 7
    assert await latest.take_within(asyncio.sleep(0)) is None


async def test_waiting_ends_with_the_value_when_it_comes_before_the_timer() -> None:
    latest: Latest[int] = Latest()
    asyncio.get_running_loop().call_soon(latest.put, 3)

    assert await latest.take_within(asyncio.sleep(60)) == 3


async def test_an_outbox_hands_out_facts_in_order_and_in_batches() -> None:
    box: Outbox[int] = Outbox(8)
    for fact in range(5):
        assert box.offer(fact)

    assert await box.take(3) == [0, 1, 2]
    assert await box.take(3) == [3, 4]


async def test_a_full_outbox_refuses_and_keeps_what_it_has() -> None:
    box: Outbox[str] = Outbox(1)

    assert box.offer("kept")
    assert not box.offer("refused")
    assert box.drain(9) == ["kept"]


async def test_taking_from_an_empty_outbox_waits_for_the_next_fact() -> None:
    box: Outbox[str] = Outbox(1)
    taking = asyncio.ensure_future(box.take())
    await asyncio.sleep(0)

    assert not taking.done()
    box.offer("alarm")
    assert await taking == ["alarm"]
