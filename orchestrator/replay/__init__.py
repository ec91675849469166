"""What was seen and what was decided, written so that it can be thought again; and thought again.

In: an event log (`events.jsonl`), line by line, and other policies to try on it.
Out: the very decisions of the run, bit for bit; or what other policies would have done, and what
differs.
Law: no I/O and no clock; nothing is held in memory but the moment that is being thought.
"""
