"""How everything fares: gathered every few seconds from where it is counted, for whoever shows it."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from orchestrator.app.camera_tree import CameraTree
from orchestrator.app.mind import Mind
from orchestrator.domain.figures import CameraFigures, Figures, Flow, ServiceFigures, Usage
from orchestrator.domain.ids import CameraId
from orchestrator.domain.veil import Veil
from orchestrator.domain.world import CameraState
from orchestrator.ports import Clock, Frames
from orchestrator.runtime.durations import Durations
from orchestrator.watch import AGES_S, Looked

PERIOD_S = 5.0
WINDOW = 12
"""Ages are told of so many periods: of the last minute."""
LAG_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class _Counted:
    """The counters of one camera at a moment."""

    flow: Flow
    looked: Looked


class Meter:
    """Gathers; ``figures`` are the newest."""

    def __init__(
        self,
        mind: Mind,
        trees: Mapping[CameraId, CameraTree],
        *,
        frames: Frames,
        clock: Clock,
        usage: Callable[[], Usage],
    ) -> None:
        """Keep where things are counted."""
        self._mind = mind
        self._trees = trees
        self._frames = frames
        self._clock = clock
        self._usage = usage
        self._lags = Durations()
        self._began_s = clock.now().mono_s
        self._at_s = self._began_s
        self._ticks = 0
        self._past: dict[CameraId, deque[_Counted]] = {}
        self.figures = Figures(self._service((), 1.0), ())

    async def run(self, tell: Callable[[Figures], None]) -> None:
        """Gather until cancelled, and have what was gathered told."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch_the_loop())
            tasks.create_task(self._gather(tell))

    async def _watch_the_loop(self) -> None:
        """Note by how much the event loop is late."""
        while True:
            due_s = self._clock.now().mono_s + LAG_EVERY_S
            await self._clock.sleep(LAG_EVERY_S)
            self._lags.add(max(0.0, self._clock.now().mono_s - due_s))

    async def _gather(self, tell: Callable[[Figures], None]) -> None:
        while True:
            await self._clock.sleep(PERIOD_S)
            tell(self.gathered())

    def gathered(self) -> Figures:
        """Return how everything fares now; rates are since this was asked before."""
        now_s = self._clock.now().mono_s
        passed_s = max(now_s - self._at_s, 1e-3)
        self._at_s = now_s
        cameras = tuple(self._camera(tree, passed_s) for tree in self._trees.values())
        self.figures = Figures(self._service(cameras, passed_s), cameras)
        return self.figures

    def _service(self, cameras: tuple[CameraFigures, ...], passed_s: float) -> ServiceFigures:
        ticks, before = self._mind.ticks.count, self._ticks
        self._ticks = ticks
        return ServiceFigures(
            up_s=self._at_s - self._began_s,
            ticks=ticks,
            ticks_per_s=(ticks - before) / passed_s,
            tick_p99_s=self._mind.ticks.at_s(0.99),
            lag_p99_s=self._lags.at_s(0.99),
            usage=self._usage(),
            inference_queue=sum(camera.waiting for camera in cameras),
            inbox=self._mind.waiting,
            lost=self._mind.lost.count,
        )

    def _camera(self, tree: CameraTree, passed_s: float) -> CameraFigures:
        camera = tree.camera.id
        state = self._mind.world.cameras.get(camera, CameraState())
        now = _Counted(self._frames.flow(camera), tree.tally.looked)
        past = self._past.setdefault(camera, deque([_Counted(Flow(), Looked())], maxlen=WINDOW))
        before, oldest = past[-1], past[0]
        past.append(now)
        looked = now.looked
        done = looked.answered + looked.failed + looked.replaced
        lately = replace(looked, ages=_since(looked.ages, oldest.looked.ages))
        return CameraFigures(
            camera=camera,
            link=state.link.value,
            hidden=_hidden(tree.attending().veil),
            rung=state.rungs.move,
            flow=now.flow,
            searched=looked.answered,
            replaced=looked.replaced,
            waiting=max(0, looked.asked - done),
            bounds_s=AGES_S,
            ages=looked.ages,
            decoded_per_s=(now.flow.decoded - before.flow.decoded) / passed_s,
            gated_per_s=(now.flow.gated - before.flow.gated) / passed_s,
            dropped_per_s=(_dropped(now) - _dropped(before)) / passed_s,
            searched_per_s=(looked.answered - before.looked.answered) / passed_s,
            age_p50_s=lately.age_at_s(0.5),
            age_p99_s=lately.age_at_s(0.99),
            video_quarantined=tree.tally.quarantined,
        )


def _since(now: tuple[int, ...], then: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(one - other for one, other in zip(now, then, strict=True))


def _dropped(counted: _Counted) -> int:
    """Return how many pictures nobody searched as there was a newer one."""
    return counted.flow.dropped + counted.looked.replaced


def _hidden(veil: Veil) -> str:
    if veil.whole:
        return "all"
    return "zones" if veil.regions else "nothing"
