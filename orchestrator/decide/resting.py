"""Heads that nobody claims: they get away from what is forbidden, stay home, or go home after a while."""

from dataclasses import dataclass, replace

from orchestrator.decide.chart import Chart
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.limits import Limits
from orchestrator.decide.steps import Tick
from orchestrator.domain.desk import Moved
from orchestrator.domain.ids import CameraId, PresetName, TargetId
from orchestrator.domain.intent import USUAL_PRIORITY, Band, Intent, Reason
from orchestrator.privacy import Forbidden

HOME_LEASE_S = 3600.0
AT_HOME = Moved(0.0, Band.HOME, USUAL_PRIORITY)
"""How strong going home is: the weakest there is."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a head goes that nobody claims, why, and until when at first: the weakest of all."""

    preset: PresetName
    reason: Reason
    until_s: float
    band: Band = Band.HOME
    priority: int = USUAL_PRIORITY
    targets: tuple[TargetId, ...] = ()


class Resting:
    """What heads do by themselves at one tick."""

    def __init__(self, tick: Tick, chart: Chart, clearance: Clearance, limits: Limits) -> None:
        """Keep what it is found out from."""
        self._tick = tick
        self._chart = chart
        self._clearance = clearance
        self._limits = limits

    def of(self, camera: CameraId, old: Intent | None) -> Intent | Sent | None:
        """Return the grant that a camera keeps, or where it is sent; None: nothing is granted."""
        if self._limits.unusable(camera):
            return None
        seen = self._clearance.exposed(camera) or self._clearance.lost(camera)
        retreat = None if seen is None else self._retreat(camera, old, seen)
        if retreat is not None:
            return retreat
        if old is not None and (old.band is Band.HOME or self._limits.lingers(camera, AT_HOME)):
            kept = not self._clearance.refused_view(camera, old.preset)
            return self._leased(old) if kept else None
        return self._home(camera)

    def _leased(self, old: Intent) -> Intent:
        """Return the grant of a camera that goes on resting, or lingers."""
        if old.band is not Band.HOME or old.until_s - self._tick.now_s >= HOME_LEASE_S / 2:
            return old
        return replace(old, until_s=self._tick.now_s + HOME_LEASE_S)

    def _home(self, camera: CameraId) -> Sent | None:
        """Return the way home of a camera that nobody has claimed for long enough, if it has one."""
        now_s, home = self._tick.now_s, self._chart.home(camera)
        post = self._tick.desk.posts.get(camera)
        since_s = now_s if post is None or post.idle_s is None else post.idle_s
        waited_s = now_s - since_s
        if self._limits.halted(camera):
            return None
        if home is None or waited_s < self._tick.site.arbitration.home_after_s:
            return None
        if self._clearance.refused(camera, home):
            return None
        return self._sent(home, Reason(None, None, f"nobody has claimed it for {waited_s:.0f} s"))

    def _retreat(
        self, camera: CameraId, old: Intent | None, seen: Forbidden
    ) -> Intent | Sent | None:
        """Return what takes a head out of a forbidden zone, or parks a lost one; None: nothing can."""
        if old is not None and not self._clearance.refused_view(camera, old.preset):
            return old
        refuges = [
            preset
            for preset in self._refuges(camera)
            if not self._clearance.refused(camera, preset)
        ]
        if not refuges:
            return None
        preset = min(refuges, key=lambda name: self._clearance.glimpse(camera, name))
        rule = seen.rule
        return self._sent(preset, Reason(rule.name, None, rule.because, str(rule.source)))

    def _sent(self, preset: PresetName, reason: Reason) -> Sent:
        return Sent(preset, reason, self._tick.now_s + HOME_LEASE_S)

    def _refuges(self, camera: CameraId) -> list[PresetName]:
        """Return where a head may be sent to look away, its park preset and home first."""
        first = [name for name in (self._chart.park(camera), self._chart.home(camera)) if name]
        return list(dict.fromkeys((*first, *self._chart.presets(camera))))
