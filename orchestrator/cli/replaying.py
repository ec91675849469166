"""`policy replay`: what was decided over an event log, and what other policies would have decided."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from orchestrator.adapters.journal import lines_of
from orchestrator.config import read_site
from orchestrator.errors import AuthorError
from orchestrator.replay.outcomes import Outcome, Watcher
from orchestrator.replay.play import Log, LogLine, Moment, again


def replay_log(path: Path, *, site: Path | None, as_json: bool) -> bool:
    """Print what was decided; say whether it is, bit for bit, what was decided in the run."""
    log = opened_log(path, site)
    told = Told(as_json=as_json)
    watcher, ticks, other, first = Watcher(), 0, 0, None
    for step in again(moments_of(path, log)):
        if step.moment.begins:
            watcher = Watcher()
        ticks += 1
        if not step.same:
            other += 1
            first = first or step.moment.now
        for outcome in watcher.outcomes(step.decision, step.moment.now):
            told.outcome(" ", outcome)
    note_torn(log)
    told.end(ticks)
    if other:
        assert first is not None
        note(
            f"{other} of {ticks} ticks decide otherwise than in the run, first at "
            f"{first.wall:%Y-%m-%d %H:%M:%S}: the log is of another version of the program or of "
            "the site"
        )
    else:
        note(f"{ticks} ticks decide the same as in the run, bit for bit")
    return not other


@contextmanager
def troubled() -> Iterator[None]:
    """Exit with 2 on a file that cannot be used: 1 says that something differs, as in diff(1)."""
    try:
        yield
    except AuthorError as error:
        note(str(error))
        raise typer.Exit(2) from None


def opened_log(path: Path, site: Path | None) -> Log:
    """Return the log of a file, on its own site or on another."""
    return Log(str(path), site=None if site is None else read_site(site))


def moments_of(path: Path, log: Log) -> Iterator[Moment]:
    """Yield the ticks of a file."""
    yield from log.moments(LogLine(*line) for line in lines_of(path))


def note_torn(log: Log) -> None:
    """Say when a crash has cut lines off."""
    if log.torn:
        note(f"{log.torn} lines were cut off by a crash and are passed over")


class Told:
    """Prints outcomes as they are found, as lines or as JSON lines, and counts them."""

    def __init__(self, *, as_json: bool) -> None:
        """Start having printed nothing."""
        self._as_json = as_json
        self.counts: Counter[str] = Counter()

    def outcome(self, mark: str, outcome: Outcome) -> None:
        """Print what came about."""
        self.counts[outcome.what] += 1
        if self._as_json:
            print(json.dumps(plain(outcome)))
        else:
            print(cleaned(line_of(mark, outcome)))

    def end(self, ticks: int) -> None:
        """Say how much that was."""
        if not self._as_json:
            print(f"{ticks} ticks, {self.counts['move']} moves, {self.counts['alarm']} alarms")


def line_of(mark: str, outcome: Outcome) -> str:
    """Return an outcome as people read it."""
    source = f", {outcome.source}" if outcome.source else ""
    at = outcome.at.wall
    tenths = at.microsecond // 100_000
    return f"{mark} {at:%Y-%m-%d %H:%M:%S}.{tenths}  {outcome.says} ({outcome.holder}{source})"


def plain(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as programs read it."""
    return {
        "at": outcome.at.wall.isoformat(),
        "what": outcome.what,
        "camera": outcome.camera,
        "says": outcome.says,
        "holder": outcome.holder,
        "source": outcome.source,
    }


def cleaned(text: str) -> str:
    """Return a text without what could move a terminal's cursor: names in a log are strangers'."""
    return "".join(mark if mark.isprintable() or mark == "\n" else " " for mark in text)


def note(line: str) -> None:
    """Tell a person, and leave the output of ``--json`` to programs."""
    print(cleaned(line), file=sys.stderr)
