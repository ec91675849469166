"""What is going on where: who is in which zone, who crosses which line, who stands still.

In: targets on the floor; the zones and lines of the site.
Out: the world with ``presences``, ``crossings`` and ``rests``; what cameras say of themselves.
Law: a target on the edge of a zone or on a line is not in and out and in again; pure.
"""

from orchestrator.recognise.recognised import recognised
from orchestrator.recognise.reports import standing, with_report

__all__ = ["recognised", "standing", "with_report"]
