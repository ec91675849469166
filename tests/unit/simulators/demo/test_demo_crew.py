"""Processes are started, watched, ended and reaped; how each ended is on record."""

import asyncio
import signal
from pathlib import Path

import pytest

from simulators.demo.crew import Crew, Member, ProcessFailedError, _alive
from simulators.demo.session import SessionFile
from simulators.score.records import Exit, Left, session_records

pytestmark = pytest.mark.slow

FOR_EVER = "import time; print('ready', flush=True); time.sleep(60)"
ORPHAN = "import os, time; print('ready', flush=True)\nif os.fork() == 0:\n    time.sleep(60)\n"


@pytest.fixture
def crew(tmp_path: Path) -> Crew:
    return Crew(tmp_path, SessionFile(tmp_path / "session.jsonl"))


def recorded(folder: Path) -> list[object]:
    return list(session_records(folder / "session.jsonl"))


async def ready(member: Member) -> None:
    """Return as soon as a process has said that it is there."""
    for _ in range(2000):
        if "ready" in member.printed():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"{member.name} did not start")


async def gone(group: int) -> bool:
    """Return whether every process of a group ends within some seconds.

    An orphan's zombie is not ours to reap: whoever adopted it does that in its own time.
    """
    for _ in range(500):
        if not _alive(group):
            return True
        await asyncio.sleep(0.04)
    return False


async def test_a_process_that_ends_well_is_on_record(crew: Crew, tmp_path: Path) -> None:
    member = await crew.run("hello", "-c", "print('hello')", within_s=20)

    assert member.printed() == "hello\n"
    assert recorded(tmp_path) == [Exit("hello", 0)]


async def test_a_process_that_fails_says_why(crew: Crew, tmp_path: Path) -> None:
    with pytest.raises(ProcessFailedError, match=r"greeter ended with status 3(.|\n)*no such hat"):
        await crew.run(
            "greeter", "-c", "import sys; print('no such hat'); sys.exit(3)", within_s=20
        )

    assert recorded(tmp_path) == [Exit("greeter", 3)]


async def test_a_process_that_takes_too_long_is_named(crew: Crew) -> None:
    with pytest.raises(ProcessFailedError, match=r"slow did not end within"):
        await crew.run("slow", "-c", FOR_EVER, within_s=0.05)
    await crew.end()


async def test_every_process_has_ended_after_the_end(crew: Crew, tmp_path: Path) -> None:
    members = [await crew.start(name, "-c", FOR_EVER) for name in ("one", "two")]
    for member in members:
        await ready(member)

    await crew.end()

    assert not any(member.running for member in members)
    assert recorded(tmp_path) == [
        Exit(name, -signal.SIGTERM, -signal.SIGTERM) for name in ("two", "one")
    ]


async def test_an_early_end_of_a_process_that_should_last_is_noticed(crew: Crew) -> None:
    member = await crew.start("broker", "-c", "import sys; sys.exit('port taken')")
    await member.process.wait()

    with pytest.raises(ProcessFailedError, match="port taken"):
        crew.check()
    await crew.end()


async def test_a_child_that_outlives_its_process_is_found_and_killed(
    crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.demo.crew.LINGER_S", 0.1)
    member = await crew.start("parent", "-c", ORPHAN)

    await crew.finish(member, within_s=20)

    assert recorded(tmp_path)[-1] == Left("parent")
    assert await gone(member.process.pid)
