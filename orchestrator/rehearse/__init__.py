"""Policies tried out before they go live: a case is played in virtual time, and judged.

In: a site with its topology, and a case as its author wrote it.
Out: a verdict on each expectation, with what happened instead, and which clauses were seen how.
Law: the same ``decide`` as in service, the same heads' geometry, no clock: the same case always ends
the same.
"""

from orchestrator.rehearse.coverage import Coverage, covered
from orchestrator.rehearse.play import Rehearsal, rehearsed, rehearsed_beside
from orchestrator.rehearse.verdict import Verdict, verdicts

__all__ = [
    "Coverage",
    "Rehearsal",
    "Verdict",
    "covered",
    "rehearsed",
    "rehearsed_beside",
    "verdicts",
]
