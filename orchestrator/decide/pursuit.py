"""May a head follow somebody freely, off its presets? Only one target, only a head that can, only blind.

A policy that follows has its camera granted by a preset, as every other; while the grant stands
the head may leave that preset and keep the target in the middle. Where the view serves somebody else
too, it stays at the preset, which shows both. Privacy is asked at every tick for where the
target will be, for the way there, and for the way back to the preset.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from orchestrator.decide.award import Award
from orchestrator.decide.chart import Chart
from orchestrator.decide.claims import Claim
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.limits import Limits
from orchestrator.decide.steps import Tick
from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.ids import TargetId
from orchestrator.domain.intent import Intent
from orchestrator.domain.moving import Moves, Way
from orchestrator.domain.target import Target
from orchestrator.geometry.ptz import aim_of, angle_between, pose_of
from orchestrator.geometry.sight import aim_on, sight

TALL_M: Final = 1.75
WIDEST: Final = 0.2
"""A head that follows shows its target at least this tall, as a share of the picture's height."""
LEADS_S: Final = (0.0, 0.8, 1.6)
"""Where the target will be then is looked at before a head may follow."""
REACH_DEG: Final = 2.0
FREE: Final = frozenset({Way.ABSOLUTE, Way.VIEW, Way.RELATIVE})


class Pursuits:
    """Who may be followed by whom at one tick."""

    def __init__(self, tick: Tick, chart: Chart, clearance: Clearance, limits: Limits) -> None:
        """Keep what is asked of each grant."""
        self._tick = tick
        self._chart = chart
        self._clearance = clearance
        self._limits = limits

    def of(self, grant: Intent, award: Award | None) -> Intent:
        """Return a grant with whom its head may follow; the same if that is as it was."""
        wanted = grant.pursues if award is None else followed(award.claims)
        if wanted is not None and not self._may(grant, wanted):
            wanted = None
        return grant if wanted == grant.pursues else replace(grant, pursues=wanted)

    def _may(self, grant: Intent, name: TargetId) -> bool:
        target = self._tick.targets.get(name)
        state = self._tick.world.cameras.get(grant.camera)
        if target is None or state is None or state.aim is None or state.passport is None:
            return False
        if not moves_freely(state.passport.moves) or self._limits.worn(grant.camera, grant):
            return False
        camera = self._chart.cameras[grant.camera]
        aims = [aim_at(camera, target, lead_s) for lead_s in LEADS_S]
        if not reaches(camera, aims[0]):
            return False
        return not self._clearance.refused_pursuit(grant.camera, grant.preset, aims)


def followed(claims: Sequence[Claim]) -> TargetId | None:
    """Return the only target that a view serves, if a policy follows it; None where there are more."""
    names: Collection[TargetId] = {name for claim in claims for name in claim.targets}
    follows = any(claim.follows for claim in claims)
    return next(iter(names)) if follows and len(names) == 1 else None


def moves_freely(moves: Moves | None) -> bool:
    """Say whether a head can be sent to places that are no presets of it."""
    if moves is None:
        return False
    proven = moves.timeout_proven and Way.CONTINUOUS in moves.pan_tilt
    return proven or bool(FREE & moves.pan_tilt)


def aim_at(camera: Camera, target: Target, lead_s: float) -> Aim:
    """Return the widest aim in which a head that follows may have a target."""
    (x, y), (vx, vy) = target.position_m, target.velocity_mps
    return aim_on(camera, sight(camera, (x + vx * lead_s, y + vy * lead_s), TALL_M), WIDEST)


def reaches(camera: Camera, aim: Aim) -> bool:
    """Say whether the head can look there."""
    return angle_between(aim_of(camera, pose_of(camera, aim)), aim) <= REACH_DEG
