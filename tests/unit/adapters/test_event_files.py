"""Event logs as files: a crash may cut a line off, and nothing that follows suffers from it."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from orchestrator.adapters.journal import JsonlJournal, followed, lines_of
from orchestrator.adapters.journal.reading import LONGEST_LINE
from orchestrator.errors import AuthorError


async def written(path: Path, line: dict[str, object]) -> None:
    journal = JsonlJournal(path)
    journal.write(line)
    task = asyncio.create_task(journal.run())
    await asyncio.sleep(0.05)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_run_after_a_crash_begins_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "new" / "events.jsonl"
    await written(path, {"run": 1})
    with path.open("ab") as file:
        file.write(b'{"to')
    await written(path, {"run": 2})

    assert list(lines_of(path)) == [
        (1, b'{"run":1}', True),
        (2, b'{"to', True),
        (3, b'{"run":2}', True),
    ]


def test_a_last_line_without_an_end_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"one\ntw")

    assert list(lines_of(path)) == [(1, b"one", True), (2, b"tw", False)]


def test_who_follows_a_file_gets_a_line_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"one\ntw")
    lines = followed(path)

    assert next(lines) == (1, b"one", True)
    assert next(lines) is None
    with path.open("ab") as file:
        file.write(b"o\n")
    assert next(lines) == (2, b"two", True)
    assert next(lines) is None


def test_a_file_that_is_not_there_or_holds_a_giant_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with pytest.raises(AuthorError, match="cannot be read: no such file"):
        list(lines_of(path))
    path.write_bytes(b"x" * (LONGEST_LINE + 2))
    with pytest.raises(AuthorError, match="a line of more than 16 MB"):
        list(lines_of(path))
