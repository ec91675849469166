"""Journals and event logs: what was seen, thought and done, one JSON line each.

In: each tick's world and decision, and what the stages report.
Out: ``journal.jsonl`` and ``events.jsonl`` as ``docs/design/formats.md`` describes them; the lines
of such a file, one at a time, also while another process writes it.
Law: off unless asked for; never in the way: lines are buffered and written in a thread.
"""

from orchestrator.adapters.journal.jsonl import JsonlJournal
from orchestrator.adapters.journal.reading import RawLine, followed, lines_of

__all__ = ["JsonlJournal", "RawLine", "followed", "lines_of"]
