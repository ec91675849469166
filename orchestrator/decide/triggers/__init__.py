"""Does a policy's trigger hold now, for whom, and what may its condition ask then.

In: a policy, the tick, what happens in it.
Out: matches, cause by cause.
Law: a level, never an edge: a trigger says what is so now, and a tick that was missed costs nothing.
"""

from orchestrator.decide.triggers.by_target import OfTarget, asked, later, matched, ways
from orchestrator.decide.triggers.happening import Happening
from orchestrator.decide.triggers.match import Match
from orchestrator.decide.triggers.spoken import spoken
from orchestrator.decide.triggers.triggered import triggered

__all__ = [
    "Happening",
    "Match",
    "OfTarget",
    "asked",
    "later",
    "matched",
    "spoken",
    "triggered",
    "ways",
]
