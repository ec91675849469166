"""What steering reports of the heads -> the desk: who has arrived, what could not be reached."""

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.decide.chart import Chart
from orchestrator.decide.steps import Tick
from orchestrator.domain.desk import Barred, Desk, Post
from orchestrator.domain.intent import Judgement
from orchestrator.domain.moving import Rungs
from orchestrator.domain.sighting import MoveEnd, MoveSeen

ARRIVALS = (MoveEnd.ARRIVED, MoveEnd.ARRIVED_UNCONFIRMED)
BARRED_S = 15.0
"""For this long automation leaves a preset alone that a head could not reach."""


def with_moves(tick: Tick, chart: Chart, moves: Sequence[MoveSeen]) -> tuple[Desk, list[Judgement]]:
    """Return the desk after these reports, and a judgement for every arrival."""
    desk = tick.desk
    if not moves:
        return desk, []
    posts = dict(desk.posts)
    judgements: list[Judgement] = []
    for move in moves:
        grant = desk.grants.get(move.camera)
        if grant is None or grant.id != move.intent:
            continue
        post = posts.get(move.camera, Post())
        if move.end in ARRIVALS:
            posts[move.camera] = replace(post, shown_s=move.at_s + tick.site.arbitration.settle_s)
            judgements.append(
                Judgement(
                    tick.now_s,
                    move.camera,
                    grant,
                    grant.lost,
                    aim=grant.aim or chart.aim(move.camera, grant.preset),
                    arrived_s=move.at_s,
                    error_deg=move.error_deg,
                    rungs=_rungs(tick, move),
                )
            )
        elif move.end is MoveEnd.FAILED:
            until_s = tick.now_s + BARRED_S
            failed = Barred(grant.preset, until_s, grant.band, grant.priority)
            barred = (*_live(post, tick.now_s), failed)
            posts[move.camera] = replace(post, barred=barred, shown_s=move.at_s)
    return replace(desk, posts=posts), judgements


def _live(post: Post, now_s: float) -> tuple[Barred, ...]:
    """Return the presets that are still left alone."""
    return tuple(entry for entry in post.barred if entry.until_s > now_s)


def _rungs(tick: Tick, move: MoveSeen) -> Rungs | None:
    """Return how the head got there: as the report says, and what is known of it besides."""
    state = tick.world.cameras.get(move.camera)
    if not move.way:
        return None
    known = Rungs() if state is None else state.rungs
    return replace(known, move=move.way, idle=move.idle or known.idle)
