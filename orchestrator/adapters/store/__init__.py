"""Store: what must survive a restart, in one SQLite file.

In: approvals, command receipts, facts on their way out, judgements, what a run leaves to the next.
Out: the same, after a kill or a power cut, in the order they were kept.
Law: a method that returned has written; a file that cannot be trusted is moved aside, never guessed at.
"""

from orchestrator.adapters.store.sqlite import SqliteStore, opened

__all__ = ["SqliteStore", "opened"]
