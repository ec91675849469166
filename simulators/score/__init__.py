"""The referee: what a run was worth, measured against what really was.

In: ``truth.jsonl``, ``journal.jsonl``, ``session.jsonl`` and the simulated site's geometry.
Out: one summary, its gates, and the evidence behind every figure.
Law: pure functions over records; a figure without data is None, never a guess.
"""
