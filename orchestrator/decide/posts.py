"""What is remembered of a head beside its grant, and when what it does is news."""

from collections.abc import Iterable

from orchestrator.decide.claims import Claim
from orchestrator.domain.desk import Moved, Post
from orchestrator.domain.intent import Band, Intent
from orchestrator.domain.site import Arbitration

MINUTE_S = 60.0
"""So long a move counts against those that a head may make."""


def posted(post: Post, old: Intent | None, grant: Intent | None, now_s: float) -> Post:
    """Return what is remembered of a head whose grant serves nobody; the same if nothing changed."""
    fresh = grant is not None and (old is None or old.id != grant.id)
    moves = tuple(move for move in post.moves if now_s - move.at_s < MINUTE_S)
    if grant is not None and fresh and _counts(old, grant):
        moves = (*moves, Moved(now_s, grant.band, grant.priority))
    idle_s = None
    if grant is None:
        idle_s = now_s if post.idle_s is None else post.idle_s
    shown_s = None if fresh else post.shown_s
    displaced = post.displaced and not fresh
    if grant is not None and grant.aim is not None:
        displaced = True
    same = len(moves) == len(post.moves) and shown_s is post.shown_s and idle_s is post.idle_s
    if same and not fresh and displaced is post.displaced:
        return post
    return Post(moves, shown_s, idle_s, post.served_s, post.barred, displaced)


def served(grant: Intent | None, claims: Iterable[Claim], arbitration: Arbitration) -> bool:
    """Say whether a grant serves a claim that is as strong as it."""
    return grant is not None and any(not arbitration.stronger(grant, claim) for claim in claims)


def changed_hands(old: Intent | None, new: Intent | None) -> bool:
    """Say whether a camera does something else now, or does it for somebody else."""
    if old is new:
        return False
    if old is None or new is None:
        return True
    return old.id != new.id or (old.reason.policy, old.reason.actor, old.band) != (
        new.reason.policy,
        new.reason.actor,
        new.band,
    )


def _counts(old: Intent | None, grant: Intent) -> bool:
    """Say whether a new grant is an automatic move, of which a head may make so many."""
    elsewhere = old is None or old.preset != grant.preset
    return elsewhere and grant.band is not Band.OPERATOR
