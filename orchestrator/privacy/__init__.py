"""Zones nobody may look at, and what may not be done there: rules, no I/O.

In: a site's privacy rules and calendars, and the moment.
Out: the zones forbidden now, each with the rule that forbids it; who stands in one; what pictures hide.
Law: a rule is never outranked; who cannot tell whether a zone is in view must not look.
"""

from orchestrator.privacy.closed import closed_anywhere, stands_in_closed
from orchestrator.privacy.forbidden import Forbidden, forbidden
from orchestrator.privacy.masked import fitting, left_clear
from orchestrator.privacy.unseen import UNSEEN, concerns, unnamed, unseen, veiled

__all__ = [
    "UNSEEN",
    "Forbidden",
    "closed_anywhere",
    "concerns",
    "fitting",
    "forbidden",
    "left_clear",
    "stands_in_closed",
    "unnamed",
    "unseen",
    "veiled",
]
