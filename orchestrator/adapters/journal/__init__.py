"""The journal: what was seen, thought and done, one JSON line each, for measuring and replay.

In: each tick's world and decision, and what the stages report.
Out: ``journal.jsonl`` as ``docs/design/formats.md`` describes it.
Law: off unless asked for; never in the way: lines are buffered and written in a thread.
"""

from orchestrator.adapters.journal.jsonl import JsonlJournal

__all__ = ["JsonlJournal"]
