"""Live progress: a panel that redraws itself on a terminal, plain lines anywhere else."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from simulators.demo.board import Board, why
from simulators.score.records import JOURNAL, JournalRecord, record

LOOK_S = 0.25
STATUS_EVERY_S = 10.0
NEWS = 8
LINKS = {"online": "green", "degraded": "yellow", "offline": "red", "refused": "red"}


class Tail:
    """Reads whole new lines of a file that somebody else appends to."""

    def __init__(self, path: Path) -> None:
        """Keep the path; the file may come later."""
        self._path = path
        self._file: BinaryIO | None = None
        self._rest = b""

    def new(self) -> Iterator[JournalRecord]:
        """Yield the records since the last call; a line not yet finished waits for the next."""
        if self._file is None:
            if not self._path.exists():
                return
            self._file = self._path.open("rb")
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        for line in lines:
            with suppress(msgspec.DecodeError):  # the score reads strictly; a display goes on
                found = record(line, JOURNAL) if line else None
                if found is not None:
                    yield found

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


class Show:
    """Tells what happens, on a terminal or as lines."""

    def __init__(self, board: Board, *, console: Console, length_s: float) -> None:
        """Keep what to show and where."""
        self._board = board
        self._console = console
        self._length_s = length_s
        self._news: deque[str] = deque(maxlen=NEWS)
        self._live: Live | None = None
        self._status_s = 0.0

    def say(self, line: str) -> None:
        """Tell one line."""
        stamped = f"{self._board.elapsed_s:5.1f} s  {line}" if self._board.started_s else line
        if self._live is None:
            self._console.print(stamped, markup=False, highlight=False, soft_wrap=True)
        else:
            self._news.append(stamped)

    @asynccontextmanager
    async def follow(self, journal: Path) -> AsyncIterator[None]:
        """Show a journal while the block runs."""
        tail = Tail(journal)
        if self._console.is_terminal:
            self._live = Live(self._panel(), console=self._console, refresh_per_second=4)
            self._live.start()
        following = asyncio.create_task(self._follow(tail))
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            self._take(tail)
            tail.close()
            if self._live is not None:
                self._live.stop()
                self._live = None

    async def _follow(self, tail: Tail) -> None:
        while True:
            self._take(tail)
            await asyncio.sleep(LOOK_S)

    def _take(self, tail: Tail) -> None:
        for found in tail.new():
            for line in self._board.add(found):
                self.say(line)
        if self._live is not None:
            self._live.update(self._panel())
        elif self._board.elapsed_s - self._status_s >= STATUS_EVERY_S:
            self._status_s = self._board.elapsed_s
            self.say(f"-- {status(self._board)}")

    def _panel(self) -> Panel:
        bar = Table.grid(padding=(0, 2))
        bar.add_row(
            ProgressBar(total=self._length_s, completed=self._board.elapsed_s, width=40),
            f"{self._board.elapsed_s:.0f} of {self._length_s:.0f} s",
        )
        told = "\n".join(self._news) or "waiting for the service ..."
        news = Text(told, overflow="ellipsis", no_wrap=True)
        body = Group(bar, Text(status(self._board)), Text(), _cameras(self._board), Text(), news)
        return Panel(body, title="a person is handed from view to view", title_align="left")


def status(board: Board) -> str:
    """Return where a run stands, in one line."""
    return (
        f"{board.online}/{len(board.cameras)} cameras online, {board.targets} people tracked, "
        f"{board.handoffs} hand-offs seen, {board.moves} PTZ orders, {board.alarms} alarms"
    )


def console() -> Console:
    """Return where the demo speaks: standard output, without colours when it is no terminal."""
    return Console(file=sys.stdout)


def _cameras(board: Board) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True)
    widths = {"camera": 15, "link": 10, "people": 6, "what it does, and why": None}
    for heading, width in widths.items():
        table.add_column(heading, no_wrap=True, overflow="ellipsis", width=width)
    for camera in board.cameras:
        link = board.links.get(camera, "connecting")
        intent = board.intents.get(camera)
        doing = "" if intent is None else f"{intent.preset}  {why(intent)}"
        table.add_row(
            camera,
            Text(link, style=LINKS.get(link, "")),
            str(board.people.get(camera, 0)),
            Text(doing),
        )
    return table
