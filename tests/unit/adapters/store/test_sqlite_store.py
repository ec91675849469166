"""The SQLite file itself: damaged, from the future, full, closed, killed."""

import asyncio
import os
import signal
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from orchestrator.adapters.store import opened
from orchestrator.adapters.store.schema import RETENTION_S, TABLES, VERSION
from orchestrator.domain.ids import CameraId, CommandId, NoticeId
from orchestrator.domain.sighting import Inherited
from orchestrator.errors import StoreError
from orchestrator.ports import Credentials, Explanation, Outgoing, Secret

YARD = CameraId("yard")

_WRITER = """
import asyncio, sys
from pathlib import Path
from orchestrator.adapters.store import opened
from orchestrator.domain.ids import CommandId, NoticeId
from orchestrator.ports import Outgoing

async def main() -> None:
    store = await opened(Path(sys.argv[1]))
    number = len(await store.unsent(1_000_000))
    while True:
        await store.receive(CommandId(f"anna/{number}"), "anna", "reply")
        await store.keep([Outgoing(NoticeId(f"n{number}"), "alarm", b"x" * 500)])
        print(number, flush=True)
        number += 1

asyncio.run(main())
"""


def fact(number: int) -> Outgoing:
    return Outgoing(NoticeId(f"n{number}"), "alarm", b"fire")


def written_in(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.iterdir())


def moved_aside(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if "damaged" in one.name]


async def test_no_password_is_read_from_a_refused_login_that_is_kept(tmp_path: Path) -> None:
    login = Credentials("anna", Secret("a-canary-password"))
    store = await opened(tmp_path / "store.sqlite")
    await store.note_refusal(YARD, login, "refused")

    kept = written_in(tmp_path)
    await store.aclose()
    store = await opened(tmp_path / "store.sqlite")

    assert await store.refusal(YARD, login) == "refused"
    assert b"refused" in kept
    assert b"canary" not in kept
    await store.aclose()


async def test_what_was_kept_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    store = await opened(tmp_path / "state" / "store.sqlite")
    await store.keep([fact(1)])
    await store.receive(CommandId("anna/1"), "anna", "reply")
    await store.leave(Inherited({"storm": True}))
    await store.aclose()

    store = await opened(tmp_path / "state" / "store.sqlite")
    assert await store.unsent(9) == [fact(1)]
    assert [receipt.command for receipt in await store.unfinished()] == ["anna/1"]
    assert await store.inherited() == Inherited({"storm": True})
    await store.aclose()


async def test_what_a_run_left_that_cannot_be_read_is_an_error_that_says_where(
    tmp_path: Path,
) -> None:
    path = tmp_path / "store.sqlite"
    store = await opened(path)
    with sqlite3.connect(path) as connection:
        connection.execute("""INSERT INTO inheritance VALUES (1, '{"flags": 7}')""")
    connection.close()

    with pytest.raises(StoreError, match=r"store\.sqlite: could not read what the last run left"):
        await store.inherited()
    await store.aclose()


async def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = await opened(path)
    await store.aclose()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_file_from_the_future_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()

    with pytest.raises(
        StoreError, match=f"has version {VERSION + 1}, this program knows {VERSION}"
    ):
        await opened(path)
    assert moved_aside(tmp_path) == []


@pytest.mark.parametrize("damage", ["garbage", "torn"])
async def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "store.sqlite"
    store = await opened(path)
    await store.keep([fact(number) for number in range(500)])
    await store.aclose()
    whole = path.read_bytes()
    path.write_bytes(b"not a database" * 999 if damage == "garbage" else _torn(whole))

    store = await opened(path)
    assert store.replaced is not None
    assert "approvals must be given again" in str(store.replaced)
    assert await store.unsent(9) == []
    await store.keep([fact(1)])
    await store.aclose()
    [aside] = moved_aside(tmp_path)
    assert aside in str(store.replaced)


def _torn(whole: bytes) -> bytes:
    """A file whose middle was overwritten with zeros."""
    third = len(whole) // 3
    return whole[:third] + bytes(third) + whole[2 * third :]


async def test_an_empty_file_becomes_a_store_of_the_present_version(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.touch()
    store = await opened(path)
    await store.aclose()
    with sqlite3.connect(path) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()

    assert set(TABLES) <= tables
    assert version == VERSION


async def test_a_locked_file_is_an_error_to_retry_not_damage(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = await opened(path)
    await store._connection.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="could not keep facts: database is locked"):
        await store.keep([fact(1)])
    other.execute("ROLLBACK")
    other.close()

    await store.keep([fact(1)])
    assert await store.unsent(9) == [fact(1)]
    await store.aclose()


async def test_a_write_that_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    store = await opened(tmp_path / "store.sqlite")
    broken = Outgoing(NoticeId("n2"), "alarm", None)  # type: ignore[arg-type]  # what a bug would send
    with pytest.raises(StoreError):
        await store.keep([fact(1), broken])

    assert await store.unsent(9) == []
    await store.aclose()


async def test_who_is_cancelled_while_writing_leaves_no_half_transaction(tmp_path: Path) -> None:
    store = await opened(tmp_path / "store.sqlite")
    for rounds in range(12):
        writing = asyncio.ensure_future(store.keep([fact(rounds)]))
        for _ in range(rounds):
            await asyncio.sleep(0)
        writing.cancel()
        await store.keep([fact(100 + rounds)])

    # Each either was written whole, before the one that waited for it, or was never begun.
    assert {f"n{100 + rounds}" for rounds in range(12)} <= {
        one.id for one in await store.unsent(99)
    }
    await store.aclose()


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = await opened(tmp_path / "store.sqlite")
    await store.aclose()

    with pytest.raises(StoreError, match="could not list unsent facts"):
        await store.unsent(9)


async def test_what_is_past_its_time_is_forgotten_and_what_is_unsent_is_not(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = await opened(path)
    await store.keep([fact(1), fact(2)])
    await store.sent([NoticeId("n1")])
    await store.receive(CommandId("anna/1"), "anna", "reply")
    await store.explain([Explanation("2026-03-02T02:00:00+00:00", YARD, {})])
    for table in RETENTION_S:
        await store._connection.execute(f"UPDATE {table} SET kept_s = kept_s - 300000")
    await store.aclose()

    store = await opened(path)
    await store.keep([fact(3)])
    assert await store.unsent(9) == [fact(2), fact(3)]
    assert await store.receipt(CommandId("anna/1"), "anna") is None
    assert await store.explanations(YARD, until=None, limit=9) == []
    assert await store.receive(CommandId("anna/1"), "anna", "reply") is None
    await store.aclose()


@pytest.mark.slow
async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    acknowledged = -1
    for pause_s in (0.05, 0.11, 0.02):
        writer = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _WRITER, str(path), stdout=asyncio.subprocess.PIPE
        )
        assert writer.stdout is not None
        lines = [await writer.stdout.readline() for _ in range(3)]
        await asyncio.sleep(pause_s)  # any moment will do; the writer never rests
        os.kill(writer.pid, signal.SIGKILL)
        lines += (await writer.stdout.read()).split()
        await writer.wait()
        # A line cut by the kill was not acknowledged in full; the one before it was.
        acknowledged = max([acknowledged, *(int(line) for line in lines[:-1])])

        store = await opened(path)
        assert store.replaced is None
        kept = {one.id for one in await store.unsent(1_000_000)}
        assert {f"n{number}" for number in range(acknowledged + 1)} <= kept
        for number in range(acknowledged + 1):
            assert await store.receipt(CommandId(f"anna/{number}"), "anna") is not None
        await store.aclose()
    assert acknowledged > 0
