"""What is going on where: which target is in which zone, and since when.

In: targets on the floor; the zones of the site.
Out: the world with ``presences``.
Law: a target on the edge of a zone is not in and out and in again; pure.
"""

from orchestrator.recognise.presence import recognised

__all__ = ["recognised"]
