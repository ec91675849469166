"""What keeps a head from going where a claim wants it: its link, privacy, rest, and its own limits.

What a weaker claim had a head do never counts against a stronger one: neither its moves of the
last minute nor a preset that could not be reached for it.
"""

from orchestrator.decide.chart import Chart
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.steps import Tick
from orchestrator.domain.camera import LinkState
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.intent import Band
from orchestrator.domain.site import Rank

FLICKER_S = 1.5
"""A target that is not shown for less than this has not gone: policies wait, patrols wait longer."""
UNDER_WAY_MAX_S = 8.0
"""A head that has not reported arrival after this long is no longer waited for."""

SPENDS = frozenset({Band.OPERATOR, Band.ALARM})
"""Bands that motors are worn for."""


class Limits:
    """The limits of every head at one tick."""

    def __init__(self, tick: Tick, chart: Chart, clearance: Clearance) -> None:
        """Keep what they follow from."""
        self._tick = tick
        self._chart = chart
        self._clearance = clearance
        self._unusable: dict[CameraId, str] = {}

    def unusable(self, camera: CameraId) -> str:
        """Say why a camera cannot be steered now; empty when it can."""
        known = self._unusable.get(camera)
        if known is None:
            known = self._unusable[camera] = self._useless(camera)
        return known

    def _useless(self, camera: CameraId) -> str:
        state = self._tick.world.cameras.get(camera)
        if self._chart.cameras[camera].ptz is None:
            return "the camera cannot turn"
        if state is None or state.link is LinkState.CONNECTING:
            return "the camera has not answered yet"
        if state.link.gone:
            return f"the camera is {state.link.value}" + (
                f": {state.reason}" if state.reason else ""
            )
        return ""

    def blocked(self, camera: CameraId, preset: PresetName, claim: Rank) -> str:
        """Say why a usable camera may not be sent to a preset now; empty when it may."""
        refused = self._clearance.refused(camera, preset)
        if refused or self._shown(camera) == preset:
            return refused
        if self.lingers(camera, claim):
            return "the camera stays a moment longer where it last was needed"
        post = self._tick.desk.posts.get(camera)
        halted = "" if claim.band is Band.OPERATOR else self.halted(camera)
        if halted or post is None or claim.band is Band.OPERATOR:
            return halted
        if any(
            barred.preset == preset
            and barred.until_s > self._tick.now_s
            and self._binds(barred, claim)
            for barred in post.barred
        ):
            return f"`{preset}` could not be reached a moment ago"
        moves = [
            move
            for move in post.moves
            if self._tick.now_s - move.at_s < 60.0 and self._binds(move, claim)
        ]
        if len(moves) >= self._tick.site.arbitration.moves_per_minute:
            return f"the head has made {len(moves)} moves in the last minute"
        return self.worn(camera, claim)

    def worn(self, camera: CameraId, claim: Rank) -> str:
        """Say that a head has moved enough for this hour; empty when it has not, or may all the same."""
        if claim.band in SPENDS:
            return ""
        state = self._tick.world.cameras.get(camera)
        made = 0 if state is None else state.rungs.moves_last_hour
        if made < self._tick.site.arbitration.moves_per_hour:
            return ""
        return f"its motors have made {made} moves in the last hour, which is enough for them"

    def halted(self, camera: CameraId) -> str:
        """Say who has paused automation of a camera; empty when nobody has."""
        halted = self._tick.desk.halted.get(camera)
        return "" if halted is None else f"{halted.actor} has paused automation of `{camera}`"

    def lingers(self, camera: CameraId, claim: Rank) -> bool:
        """Say whether a camera still keeps a stronger grant that serves nobody just now."""
        grant, post = self._tick.desk.grants.get(camera), self._tick.desk.posts.get(camera)
        rank = self._tick.site.arbitration.rank
        if grant is None or post is None or rank(grant.band) <= rank(Band.PATROL):
            return False
        if grant.band is Band.OPERATOR or not self._tick.site.arbitration.stronger(grant, claim):
            return False
        least_s = self._tick.site.arbitration.linger_s
        if claim.band in (Band.HANDOFF, Band.ANALYTICS):
            least_s = min(least_s, FLICKER_S)
        return self._tick.now_s - post.served_s < least_s

    def _binds(self, done: Rank, claim: Rank) -> bool:
        """Say whether what was done for one claim counts for another: not for a stronger one."""
        return not self._tick.site.arbitration.stronger(claim, done)

    def _shown(self, camera: CameraId) -> PresetName | None:
        grant = self._tick.desk.grants.get(camera)
        return None if grant is None else grant.preset

    def settling(self, camera: CameraId) -> bool:
        """Say whether a head is on its way, or has shown its preset for less than the least time."""
        grant, post = self._tick.desk.grants[camera], self._tick.desk.posts.get(camera)
        shown_s = None if post is None else post.shown_s
        if shown_s is None:
            return self._tick.now_s - grant.granted_s < UNDER_WAY_MAX_S
        return self._tick.now_s - shown_s < self._tick.site.arbitration.min_dwell_s
