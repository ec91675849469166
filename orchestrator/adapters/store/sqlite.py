"""The store behind one SQLite file in WAL mode, written with ``synchronous=FULL``.

Every write is one transaction, under one lock, on the one connection of this process, and has
reached the disk when its method returns: what was acknowledged survives ``kill -9`` and a power
cut. Other processes (``orchestrator explain``) may read and write the same file meanwhile.
A file SQLite cannot read is moved aside with a time stamp and a fresh one is begun;
``SqliteStore.replaced`` says so, for the log and for an alarm.
"""

import asyncio
import contextlib
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite
import msgspec

from orchestrator.adapters.store.debts import owed_of, owed_text
from orchestrator.adapters.store.passports import (
    motors_of,
    motors_text,
    passport_of,
    passport_text,
)
from orchestrator.adapters.store.refusals import is_of, mark_of
from orchestrator.adapters.store.schema import MIGRATIONS, PURGES, RETENTION_S, STANDING, VERSION
from orchestrator.domain.camera import Motors
from orchestrator.domain.ids import CameraId, CommandId, NoticeId
from orchestrator.domain.imaging import Owed
from orchestrator.domain.sighting import Inherited
from orchestrator.errors import StoreError
from orchestrator.ports import (
    Approval,
    Credentials,
    Explanation,
    Outgoing,
    Receipt,
    Remembered,
    Tls,
)

BUSY_TIMEOUT_MS = 2_000
PURGE_EVERY_S = 3_600.0


class SqliteStore:
    """The ``Store`` port over an open connection; made by ``opened``."""

    def __init__(
        self, path: Path, connection: aiosqlite.Connection, replaced: StoreError | None = None
    ) -> None:
        """Keep the connection, and what ``opened`` had to move aside to get it."""
        self.path = path
        self.replaced = replaced
        self._connection = connection
        self._writing = asyncio.Lock()
        self._purged_s = -PURGE_EVERY_S

    async def approve(self, approval: Approval) -> None:
        """Keep or replace a camera's approval."""
        row = (
            approval.camera,
            approval.host,
            approval.port,
            approval.path,
            approval.credentials,
            approval.serial,
            approval.approved_by,
            None if approval.tls is None else approval.tls.pin or "",
            int(approval.password_text),
            approval.endpoint_reference,
        )
        await self._write(
            "approve a camera",
            "INSERT OR REPLACE INTO approvals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [row],
        )

    async def approvals(self) -> Sequence[Approval]:
        """Return every approval, by camera."""
        rows = await self._read(
            "list approvals",
            "SELECT camera, host, port, path, credentials, serial, approved_by, tls, password_text,"
            " endpoint_reference FROM approvals ORDER BY camera",
        )
        return [_approval(row) for row in rows]

    async def remember(self, remembered: Remembered) -> None:
        """Keep a camera's passport in place of the one before."""
        passport = remembered.passport
        await self._write(
            "keep a passport",
            "INSERT OR REPLACE INTO passports VALUES (?, ?, ?)",
            [(passport.camera, remembered.at, passport_text(passport))],
        )

    async def remembered(self, camera: CameraId) -> Remembered | None:
        """Return a camera's passport as it was kept last."""
        rows = await self._read(
            "read a passport", "SELECT at, document FROM passports WHERE camera = ?", (camera,)
        )
        read = [(at, passport_of(document)) for at, document in rows]
        return next((Remembered(found, at) for at, found in read if found is not None), None)

    async def measure(self, camera: CameraId, motors: Motors) -> None:
        """Keep what was measured of a camera's head, in place of what was before."""
        statement = "INSERT OR REPLACE INTO motors VALUES (?, ?)"
        await self._write("keep what was measured", statement, [(camera, motors_text(motors))])

    async def measured(self, camera: CameraId) -> Motors | None:
        """Return what was measured of a camera's head, if anybody did."""
        rows = await self._read(
            "read what was measured", "SELECT document FROM motors WHERE camera = ?", (camera,)
        )
        return motors_of(rows[0][0]) if rows else None

    async def owe(self, camera: CameraId, owed: Owed) -> None:
        """Keep what a camera has to be given back, in place of what was kept of it before."""
        if owed:
            statement = "INSERT OR REPLACE INTO owed VALUES (?, ?)"
            await self._write("keep what is owed", statement, [(camera, owed_text(owed))])
        else:
            await self._write("forget debts", "DELETE FROM owed WHERE camera = ?", [(camera,)])

    async def owed(self, camera: CameraId) -> Owed:
        """Return what a camera has to be given back."""
        rows = await self._read(
            "read what a camera is owed", "SELECT document FROM owed WHERE camera = ?", (camera,)
        )
        return owed_of(rows[0][0]) if rows else Owed()

    async def note_subscription(self, camera: CameraId, words: str) -> None:
        """Keep what names a camera's subscription; nothing for none."""
        if words:
            statement = "INSERT OR REPLACE INTO subscriptions VALUES (?, ?)"
            await self._write("note a subscription", statement, [(camera, words)])
        else:
            statement = "DELETE FROM subscriptions WHERE camera = ?"
            await self._write("forget a subscription", statement, [(camera,)])

    async def subscription(self, camera: CameraId) -> str:
        """Return what was noted last of a camera's subscription; nothing for none."""
        rows = await self._read(
            "look up a subscription",
            "SELECT words FROM subscriptions WHERE camera = ?",
            (camera,),
        )
        return str(rows[0][0]) if rows else ""

    async def note_refusal(self, camera: CameraId, login: Credentials, why: str) -> None:
        """Keep that a camera refused this login; nobody can read it from what is kept."""
        mark = await asyncio.to_thread(mark_of, login)
        statement = "INSERT OR REPLACE INTO refusals VALUES (?, ?, ?)"
        await self._write("note a refused login", statement, [(camera, mark, why)])

    async def refusal(self, camera: CameraId, login: Credentials) -> str:
        """Return why a camera refused this very login; nothing where it is another, or was not."""
        rows = await self._read(
            "look up a refused login", "SELECT mark, why FROM refusals WHERE camera = ?", (camera,)
        )
        known = bool(rows) and await asyncio.to_thread(is_of, bytes(rows[0][0]), login)
        return str(rows[0][1]) if known else ""

    async def forgive(self, camera: CameraId) -> None:
        """Forget what a camera refused."""
        statement = "DELETE FROM refusals WHERE camera = ?"
        await self._write("forget a refused login", statement, [(camera,)])

    async def leave(self, left: Inherited) -> None:
        """Keep what a run leaves to the next one, in place of what was kept."""
        document = msgspec.json.encode(left).decode()
        statement = "INSERT OR REPLACE INTO inheritance VALUES (1, ?)"
        await self._write("keep what this run leaves", statement, [(document,)])

    async def inherited(self) -> Inherited:
        """Return what the last run left; what another version wrote beside it is left out."""
        operation = "read what the last run left"
        rows = await self._read(operation, "SELECT document FROM inheritance")
        try:
            return msgspec.json.decode(rows[0][0], type=Inherited) if rows else Inherited()
        except msgspec.DecodeError as error:
            raise StoreError(f"{self.path}: could not {operation}: {error}") from error

    async def receive(self, command: CommandId, client: str, reply_to: str) -> Receipt | None:
        """Remember a command; return its receipt if it was seen before, None if it is new."""
        inserted = await self._write(
            "remember a command",
            "INSERT INTO commands (client, command, reply_to, kept_s) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(client, command, reply_to, time.time())],
        )
        return None if inserted else await self.receipt(command, client)

    async def receipt(self, command: CommandId, client: str) -> Receipt | None:
        """Return a command's receipt, or None when it was never seen; remembers nothing."""
        rows = await self._read(
            "look up a command",
            "SELECT command, client, reply_to, answer FROM commands"
            " WHERE client = ? AND command = ?",
            (client, command),
        )
        return next(iter(_receipts(rows)), None)

    async def answered(
        self, command: CommandId, client: str, answer: bytes, *, final: bool = False
    ) -> None:
        """Keep the last answer to a command; ``final`` when no other will follow."""
        await self._write(
            "keep an answer",
            "UPDATE commands SET answer = ?, final = max(final, ?)"
            " WHERE client = ? AND command = ?",
            [(answer, int(final), client, command)],
        )

    async def unfinished(self) -> Sequence[Receipt]:
        """Return the commands whose final answer was never given, oldest first."""
        rows = await self._read(
            "list unfinished commands",
            "SELECT command, client, reply_to, answer FROM commands WHERE final = 0 ORDER BY seq",
        )
        return list(_receipts(rows))

    async def keep(self, facts: Sequence[Outgoing]) -> None:
        """Keep facts, all or none; one that is already kept is kept once."""
        now_s = time.time()
        await self._write(
            "keep facts",
            "INSERT INTO outbox (id, topic, payload, retain, kept_s) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(fact.id, fact.topic, fact.payload, int(fact.retain), now_s) for fact in facts],
        )

    async def unsent(self, limit: int) -> Sequence[Outgoing]:
        """Return the oldest facts not yet delivered."""
        rows = await self._read(
            "list unsent facts",
            "SELECT id, topic, payload, retain FROM outbox WHERE sent = 0 ORDER BY seq LIMIT ?",
            (limit,),
        )
        return [
            Outgoing(NoticeId(id_), topic, payload, bool(retain))
            for id_, topic, payload, retain in rows
        ]

    async def sent(self, ids: Sequence[NoticeId]) -> None:
        """Mark facts as delivered."""
        await self._write(
            "mark facts as sent", "UPDATE outbox SET sent = 1 WHERE id = ?", [(id_,) for id_ in ids]
        )

    async def standing(self) -> Sequence[str]:
        """Return the topics whose newest retained fact says something, the oldest fact first."""
        rows = await self._read(
            "list standing facts",
            f"SELECT topic FROM outbox WHERE {STANDING} ORDER BY seq",  # noqa: S608 - our own text
        )
        return [topic for (topic,) in rows]

    async def explain(self, explanations: Sequence[Explanation]) -> None:
        """Keep judgements."""
        now_s = time.time()
        await self._write(
            "keep judgements",
            "INSERT INTO explanations (camera, at, at_utc, document, kept_s)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                (one.camera, one.at, _utc(one.at), _text(one.document), now_s)
                for one in explanations
            ],
        )

    async def explanations(
        self, camera: CameraId, *, until: str | None, limit: int
    ) -> Sequence[Explanation]:
        """Return a camera's judgements, newest first; ``until`` (ISO 8601) is included."""
        rows = await self._read(
            "list judgements",
            "SELECT at, camera, document FROM explanations"
            " WHERE camera = ? AND at_utc <= ? ORDER BY at_utc DESC, seq DESC LIMIT ?",
            (camera, "9999" if until is None else _utc(until), limit),
        )
        return [Explanation(at, CameraId(id_), json.loads(document)) for at, id_, document in rows]

    async def aclose(self) -> None:
        """Flush and close."""
        async with self._writing:
            with _told(self.path, "close"):
                await self._connection.close()

    async def _write(
        self, operation: str, statement: str, rows: Sequence[tuple[object, ...]]
    ) -> int:
        """Run a statement for every row in one transaction; return how many rows it changed."""
        if not rows:
            return 0
        # A transaction is never left half done: who is cancelled leaves it to end by itself.
        writing = asyncio.ensure_future(self._written(operation, statement, rows))
        writing.add_done_callback(_looked_at)
        return await asyncio.shield(writing)

    async def _written(
        self, operation: str, statement: str, rows: Sequence[tuple[object, ...]]
    ) -> int:
        async with self._writing:
            with _told(self.path, operation):
                changed = await self._changed([(statement, rows)])
                await self._purge()
        return changed

    async def _changed(self, steps: Iterable[tuple[str, Sequence[tuple[object, ...]]]]) -> int:
        async with _transaction(self._connection):
            before = self._connection.total_changes
            for statement, rows in steps:
                await self._connection.executemany(statement, rows)
            return self._connection.total_changes - before

    async def _purge(self) -> None:
        """Forget what is past its retention, at most once an hour."""
        if time.monotonic() - self._purged_s < PURGE_EVERY_S:
            return
        now_s = time.time()
        cuts = [now_s - age_s for age_s in RETENTION_S.values()]
        await self._changed((purge, [(cut,)]) for purge, cut in zip(PURGES, cuts, strict=True))
        self._purged_s = time.monotonic()

    async def _read(
        self, operation: str, statement: str, values: tuple[object, ...] = ()
    ) -> list[tuple[Any, ...]]:
        with _told(self.path, operation):
            return [
                tuple(row) for row in await self._connection.execute_fetchall(statement, values)
            ]


async def opened(path: Path) -> SqliteStore:
    """Open or begin the store at ``path``; a damaged file is moved aside, a newer one refused."""
    try:
        return SqliteStore(path, await _connected(path))
    except _Damaged as damage:
        aside = _moved_aside(path)
        replaced = StoreError(
            f"{path}: the store is damaged ({damage}); it was moved to `{aside.name}`"
            " and a new one begun: approvals must be given again"
        )
        return SqliteStore(path, await _connected(path), replaced)


class _Damaged(Exception):
    """The file is not a store that can be read."""


async def _connected(path: Path) -> aiosqlite.Connection:
    with _told(path, "open"):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Only we may read who operates what: the file is born private.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        async with contextlib.AsyncExitStack() as unless_ready:
            connection = await aiosqlite.connect(path, isolation_level=None)
            unless_ready.push_async_callback(connection.close)
            await _prepared(path, connection)
            unless_ready.pop_all()
        return connection


async def _prepared(path: Path, connection: aiosqlite.Connection) -> None:
    try:
        await connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = FULL")
        [(verdict,)] = await connection.execute_fetchall("PRAGMA quick_check(1)")
        [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    except sqlite3.OperationalError:
        raise  # locked, full, not permitted: the file itself may be sound
    except sqlite3.DatabaseError as error:
        raise _Damaged(str(error)) from error
    if verdict != "ok":
        raise _Damaged(str(verdict))
    await _migrated(path, connection, int(version))


async def _migrated(path: Path, connection: aiosqlite.Connection, version: int) -> None:
    if version > VERSION:
        raise StoreError(
            f"{path}: the store has version {version}, this program knows {VERSION}:"
            " install the newer program, or move the file away"
        )
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        async with _transaction(connection):
            for statement in script.split(";"):
                await connection.execute(statement)
            await connection.execute(f"PRAGMA user_version = {number}")


@contextlib.asynccontextmanager
async def _transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    committed = False
    try:
        await connection.execute("BEGIN IMMEDIATE")
        yield
        await connection.execute("COMMIT")
        committed = True
    finally:
        if not committed:
            # It may not even have begun: then there is nothing to roll back.
            with contextlib.suppress(sqlite3.OperationalError):
                await connection.execute("ROLLBACK")


@contextlib.contextmanager
def _told(path: Path, operation: str) -> Iterator[None]:
    """Turn the library's errors into a ``StoreError`` that says which file and what for."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path}: could not {operation}: {error}") from error
    except ValueError as error:  # aiosqlite: the connection is closed
        raise StoreError(f"{path}: could not {operation}: {error}") from error


def _moved_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _looked_at(writing: asyncio.Future[int]) -> None:
    """Take note of how a write ended whose caller did not wait for it."""
    if not writing.cancelled():
        writing.exception()


def _approval(row: tuple[Any, ...]) -> Approval:
    camera, *said, tls, text, reference = row
    return replace(
        Approval(CameraId(camera), *said),
        tls=None if tls is None else Tls(tls or None),
        password_text=bool(text),
        endpoint_reference=reference,
    )


def _receipts(rows: Iterable[tuple[Any, ...]]) -> Iterator[Receipt]:
    for command, client, reply_to, answer in rows:
        yield Receipt(CommandId(command), client, reply_to, answer)


def _utc(at: str) -> str:
    """Return an ISO 8601 moment in a form whose order as text is its order in time."""
    return datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
