"""Which ways to move, and to stop, a head has, best first; the next is taken when one fails.

Chosen from what the camera lists, never from its maker. A way that it lists may still fail at run
time: then the next one below is tried, and what is left at the end is a valid, poorer result.
"""

from typing import TypeVar

from orchestrator.domain.moving import Moves, StopWay, Way

Rung = TypeVar("Rung", Way, StopWay)


def preset_ladder(moves: Moves | None, *, goal_known: bool, pose_known: bool) -> tuple[Way, ...]:
    """Return the ways to a preset: the camera's own first, since it repeats best.

    ``goal_known`` says that the camera tells where the preset looks: then every other way to a
    place leads there too.

    >>> moves = Moves(frozenset({Way.ABSOLUTE}))
    >>> preset_ladder(moves, goal_known=True, pose_known=True)
    (<Way.PRESET: 'preset'>, <Way.ABSOLUTE: 'absolute'>)
    """
    others = move_ladder(moves, pose_known=pose_known) if goal_known else ()
    return (Way.PRESET, *others)


def aim_ladder(moves: Moves | None, *, pose_known: bool, presets: bool) -> tuple[Way, ...]:
    """Return the ways to an aim: to step from preset to preset is the last of them."""
    return (*move_ladder(moves, pose_known=pose_known), *((Way.PRESET,) if presets else ()))


def move_ladder(moves: Moves | None, *, pose_known: bool) -> tuple[Way, ...]:
    """Return the ways to any place; ``pose_known`` says that the head tells where it is.

    Only an absolute move leads anywhere without that.

    A head that is not proven to end a continuous move by itself is never given one: if we were
    cut off meanwhile, nobody would stop it.

    >>> moves = Moves(frozenset({Way.CONTINUOUS, Way.VIEW}), timeout_s=(0.0, 10.0))
    >>> move_ladder(moves, pose_known=True)
    (<Way.VIEW: 'relative to the view'>,)
    """
    if moves is None:
        return ()
    wanted = (Way.ABSOLUTE, Way.VIEW, Way.RELATIVE, Way.CONTINUOUS)
    return tuple(
        way
        for way in wanted
        if way in moves.pan_tilt
        and (way is Way.ABSOLUTE or pose_known)
        and (way is not Way.CONTINUOUS or moves.timeout_proven)
    )


def stop_ladder(moves: Moves | None) -> tuple[StopWay, ...]:
    """Return the ways to stop: zero velocity only for a head that takes velocities.

    >>> stop_ladder(None)
    (<StopWay.STOP: 'stop'>, <StopWay.BARE: 'bare stop'>)
    """
    if moves is not None and Way.CONTINUOUS in moves.pan_tilt:
        return (StopWay.STOP, StopWay.BARE, StopWay.ZERO)
    return (StopWay.STOP, StopWay.BARE)


def below(ladder: tuple[Rung, ...], rung: Rung) -> Rung | None:
    """Return the next way when this one failed; None when it was the last."""
    place = ladder.index(rung) + 1
    return ladder[place] if place < len(ladder) else None
