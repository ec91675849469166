"""The demo in virtual time: the real facility and the real thinking, with the wires left out.

Pictures are not rendered: who is in view is projected from the world, and a detector that misses,
trembles and invents at known rates reports it 0.2 s late. Heads are the simulator's motors, driven by
the product's own reconcile. The result is scored by the same score as the demo. The same seed gives
the same figures, whatever else the machine does. ``python -m tests.scenarios.rehearsal 1 2 3`` prints
what three seeds are worth.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random

import msgspec

from orchestrator.config import read_site
from orchestrator.domain.camera import Aim, LinkState, Passport, Preset, PtzPose, Stream
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Intent
from orchestrator.domain.moving import Way
from orchestrator.domain.sighting import (
    Detections,
    HeadSeen,
    Interviewed,
    LinkSeen,
    Observation,
)
from orchestrator.domain.world import World
from orchestrator.geometry.ptz import aim_of, angle_between, slew_s
from orchestrator.replay.record import Recorder
from orchestrator.steer import Goto, Halt, HeadTimeline, Motion, reconciled
from orchestrator.steer.verdict import Heard
from orchestrator.tell.journal import Journalist
from orchestrator.think import think
from orchestrator.topology import built
from simulators.demo.report import Result, plain
from simulators.facility import CameraSpec, Facility, load
from simulators.headwatch import HeadWatch
from simulators.score.evidence import Evidence, journal_of, session_of, truth_of
from simulators.score.places import read_layout
from simulators.score.records import (
    JOURNAL,
    TRUTH,
    JournalRecord,
    TruthFrame,
    TruthRecord,
)
from simulators.score.summary import findings, summary
from simulators.truth import TruthFile, people_line, vehicles_line
from tests.scenarios.pretended_eyes import Eye, Faults

TICK_S = 0.1
MOTOR_S = 0.02
LATE_TICKS = 2
LOOK_EVERY = 2
"""Every camera is looked at every second tick: five pictures a second."""
NIGHT = datetime.fromisoformat("2026-11-20T22:30:00+01:00")


class Captured(TruthFile):
    """Keeps the lines of a truth file instead of writing them."""

    def __init__(self) -> None:
        super().__init__(None)
        self.records: list[TruthRecord] = []

    def write(self, kind: str, at_s: float, **fields: object) -> None:
        shape = TRUTH.get(kind)
        if shape is not None:
            self.records.append(msgspec.convert({"at_s": at_s, **fields}, shape))


@dataclass(slots=True)
class Pole:
    """One camera as both sides know it: the real head, and what the product has heard of it."""

    spec: CameraSpec
    watch: HeadWatch
    timeline: HeadTimeline = field(default_factory=HeadTimeline)
    motion: Motion | None = None


def recorded(folder: Path, seed: int, *, length_s: float) -> list[bytes]:
    """Return the lines of the event log of such a run."""
    stage = _Stage(folder, seed, Faults())
    for tick in range(round(length_s / TICK_S)):
        stage.tick(tick)
    return stage.events


def rehearsed(
    folder: Path, seed: int, *, length_s: float = 75.0, faults: Faults | None = None
) -> Result:
    """Return what a run of the product's thinking on a simulated site is worth."""
    stage = _Stage(folder, seed, faults or Faults())
    for tick in range(round(length_s / TICK_S)):
        stage.tick(tick)
    evidence = Evidence(truth_of(stage.truth.records), journal_of(stage.journal), session_of([]))
    found = findings(evidence, stage.layout)
    return Result(evidence, stage.layout, found, summary(evidence, found))


class _Stage:
    """The facility, the product's mind, and the pretended wires between them."""

    def __init__(self, folder: Path, seed: int, faults: Faults) -> None:
        self.facility = Facility(load(folder / "facility.yaml"))
        self.facility.reset(seed)
        self.layout = read_layout(folder)
        self.truth = Captured()
        self.journal: list[JournalRecord] = []
        self.poles = {
            name: Pole(spec, HeadWatch(name, self.truth, lambda *_: None))
            for name, spec in self.facility.cameras.items()
        }
        self.site = read_site(folder)
        self.world = World(desk=Desk(run="rehearsal"))
        self.grants: Mapping[str, Intent] = {}
        self.inbox: list[Observation] = []
        self._eye = Eye(self.layout, faults, Random(seed))
        self._journalist = Journalist(self.site.policies)
        self._recorder = Recorder("rehearsal")
        self.events: list[bytes] = []
        self._late: list[tuple[int, Detections]] = []
        self._begin(seed)

    def tick(self, tick: int) -> None:
        """Let ``TICK_S`` pass: the world moves, cameras look, the product thinks and acts."""
        for _ in range(round(TICK_S / MOTOR_S)):
            self.facility.step(MOTOR_S)
            for name, pole in self.poles.items():
                pole.watch.seen(self.facility.head(name), self.facility.time_s)
        self._write_world()
        for name, pole in self.poles.items():
            if pole.spec.ptz is not None:
                self._steer(name, pole)
        self._look(tick)
        self._think()

    def _begin(self, seed: int) -> None:
        cameras = [
            {"id": one.id, "host": one.host, "ptz": one.ptz is not None, "at": one.at}
            for one in self.facility.cameras.values()
        ]
        self.truth.write("start", 0.0, seed=seed, cameras=cameras)
        self._write({"kind": "start", "at_s": 0.0})
        for name, pole in self.poles.items():
            pole.watch.seen(self.facility.head(name), 0.0)
            self.inbox += [
                LinkSeen(CameraId(name), 0.0, LinkState.ONLINE),
                Interviewed(CameraId(name), 0.0, _passport(self.facility, pole.spec)),
            ]
        passports = {
            seen.camera: seen.passport for seen in self.inbox if isinstance(seen, Interviewed)
        }
        self.site = replace(self.site, topology=built(self.site, passports))

    def _write_world(self) -> None:
        people, vehicles = self.facility.people, self.facility.vehicles
        self.truth.write(
            "world",
            self.facility.time_s,
            people=people_line(people),
            vehicles=vehicles_line(vehicles),
        )

    def _steer(self, name: str, pole: Pole) -> None:
        """Do what the product's steering loop does at one answer of the head."""
        now_s, head = self.facility.time_s, self.facility.head(name)
        camera = self.site.camera(CameraId(name))
        aim = Aim(head.aim.azimuth_deg, head.aim.tilt_deg, head.aim.hfov_deg)
        pole.timeline.heard(now_s, aim)
        seen = HeadSeen(camera.id, now_s, aim, head.moving)
        wanted = self.grants.get(name)
        goal = None if wanted is None else self._goal(name, wanted.preset)
        error_deg = (
            None
            if goal is None
            else max(angle_between(aim, goal), abs(aim.hfov_deg - goal.hfov_deg) / 2)
        )
        pole.motion, step, reports = reconciled(
            pole.motion,
            wanted,
            Heard(now_s, aim, head.moving, error_deg),
            slew_s=None if goal is None else slew_s(camera, aim, goal),
            follows=True,
            ladder=(Way.PRESET,),
            now_s=now_s,
        )
        if isinstance(step, Goto):
            token = self._token(name, step.preset)
            self.facility.goto_preset(name, token)
            pole.watch.sent_to(token, step.preset, now_s)
            self.truth.write("goto", now_s, camera=name, what=f"goto preset {step.preset}")
        elif isinstance(step, Halt):
            self.facility.stop(name)
            pole.watch.aborted()
        under_way = pole.motion is not None and not pole.motion.done
        pole.timeline.moving(head.moving or under_way)
        self.inbox += [*reports, replace(seen, moving=head.moving or under_way)]

    def _goal(self, name: str, preset: PresetName) -> Aim | None:
        for stored in self.facility.presets(name).values():
            if stored.name == preset:
                pose = PtzPose(stored.pose.pan, stored.pose.tilt, stored.pose.zoom)
                return aim_of(self.site.camera(CameraId(name)), pose)
        return None

    def _token(self, name: str, preset: PresetName) -> str:
        stored = self.facility.presets(name)
        return next(token for token, one in stored.items() if one.name == preset)

    def _look(self, tick: int) -> None:
        """Take a picture with half of the cameras; hand over what was found on older ones."""
        for number, (name, pole) in enumerate(self.poles.items()):
            if (tick + number) % LOOK_EVERY:
                continue
            people = {one.id: (one.x_m, one.y_m) for one in self.facility.people}
            head = self.facility.head(name).aim
            aim = (head.azimuth_deg, head.tilt_deg, head.hfov_deg)
            frame = self._eye.frame(name, aim, people, self.facility.time_s)
            self.truth.records.append(frame)
            self._late.append((tick + LATE_TICKS, self._detected(frame, pole)))
        self.inbox += [found for due, found in self._late if due <= tick]
        self._late = [(due, found) for due, found in self._late if due > tick]

    def _detected(self, frame: TruthFrame, pole: Pole) -> Detections:
        rest = pole.spec.rest
        fixed = Aim(rest.azimuth_deg, rest.tilt_deg, rest.hfov_deg)
        aim = fixed if pole.spec.ptz is None else pole.timeline.aim_at(frame.at_s)
        worn = {one.id: one.look for one in self.facility.people}
        return self._eye.detections(frame, aim, worn)

    def _think(self) -> None:
        seen, self.inbox = tuple(self.inbox), []
        now = Instant(0.0, NIGHT).later(self.facility.time_s)
        self.world, decision = think(self.site, self.world, seen, now)
        self.events += map(msgspec.json.encode, self._recorder.tick(self.site, seen, now, decision))
        self.grants = {intent.camera: intent for intent in decision.intents}
        for line in self._journalist.tick(seen, self.world, decision):
            self._write(line)

    def _write(self, line: Mapping[str, object]) -> None:
        shape = JOURNAL.get(str(line["kind"]))
        if shape is not None:
            self.journal.append(msgspec.convert(dict(line), shape))


def _passport(facility: Facility, spec: CameraSpec) -> Passport:
    presets = tuple(
        Preset(PresetName(one.name), PtzPose(one.pose.pan, one.pose.tilt, one.pose.zoom))
        for one in facility.presets(spec.id).values()
    )
    return Passport(
        camera=CameraId(spec.id),
        manufacturer="simulated",
        model=spec.model,
        serial=spec.serial,
        firmware="1",
        services=frozenset(),
        streams=(Stream("main", "", spec.width_px, spec.height_px, spec.fps, "H264"),),
        presets=presets,
        has_ptz=spec.ptz is not None,
        reports_move_status=True,
        authentication="digest",
        clock_offset_s=0.0,
    )


def main() -> None:
    """Rehearse the seeds given, and print what each run was worth."""
    for seed in map(int, sys.argv[1:] or ["1"]):
        result = rehearsed(Path("config/demo"), seed)
        figures = {one.name: plain(one.value) for one in result.verdicts if one.value is not None}
        told = ", ".join(f"{name} {value}" for name, value in figures.items())
        sys.stdout.write(f"seed {seed}: {told}\n")


if __name__ == "__main__":
    main()
