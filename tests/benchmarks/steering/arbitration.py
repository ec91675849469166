"""A thousand random schedules of operators, alarms, tours and hand-offs in a yard: who has which head.

After every tenth of a second of each: no head has two holders; nobody has one while somebody of a
higher rank wants it and could have it; and whoever loses a head on its way, or an operator whose
command is not carried out, is told by whom, or why.
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestrator.domain.desk import Hold
from orchestrator.domain.ids import CameraId, CommandId, PersonName, PresetName
from orchestrator.domain.intent import Answer, Band, Decision, Intent, Step
from orchestrator.domain.moving import Way
from orchestrator.domain.sighting import (
    Command,
    GotoPreset,
    MoveEnd,
    Order,
    Release,
    TakeControl,
)
from orchestrator.domain.target import Arrival, Target
from orchestrator.steer.reconcile import Motion, reconciled
from orchestrator.steer.verdict import Heard
from tests.benchmarks.measures import Measure
from tests.fakes.arbitration_site import (
    AHEAD,
    AIMS,
    EAST,
    EVENING,
    INTRUSION,
    TOUR,
    WEST,
    Night,
    arrival,
    person,
    yard,
)

SCHEDULES = 1000
TICKS = 60
OPERATORS = ("anna", "bert", "cleo")


@dataclass
class Judge:
    """Watches one night, and writes down what should not be."""

    night: Night
    violations: list[str] = field(default_factory=list)
    owed: dict[CommandId, bool] = field(default_factory=dict)
    """Accepted commands, and whether they have been answered to the end."""
    motions: dict[CameraId, Motion | None] = field(default_factory=dict)

    def watch(self, decision: Decision) -> None:
        """Look at what was just decided."""
        grants = {intent.camera: intent for intent in decision.intents}
        if len(grants) != len(decision.intents):
            self.violations.append("two holders of one head")
        for camera, hold in self.night.world.desk.holds.items():
            self._held(camera, hold, grants.get(camera))
        for judgement in decision.judgements:
            self._ranks(judgement.intent, [(one.band, one.reason) for one in judgement.lost])
        for camera in (WEST, EAST):
            self._told(camera, grants.get(camera))
        self._answers(decision)

    def _held(self, camera: CameraId, hold: Hold, grant: Intent | None) -> None:
        """An operator who holds a head has it, and nobody else."""
        if grant is not None and grant.reason.actor != hold.actor:
            self.violations.append(f"{camera} is held by {hold.actor}, {grant.reason} has it")

    def _ranks(self, winner: Intent | None, lost: Sequence[tuple[Band, str]]) -> None:
        """Nobody who is told of being outranked ranks above who has it."""
        rank = self.night.site.arbitration.rank
        if winner is None:
            return
        for band, reason in lost:
            if " is below " in reason and rank(band) > rank(winner.band):
                self.violations.append(f"{band} lost to {winner.band}: {reason}")

    def _told(self, camera: CameraId, grant: Intent | None) -> None:
        """Whoever is displaced from a head on its way is told by whom."""
        before = self.motions.get(camera)
        now_s = self.night.now.mono_s
        motion, _, reports = reconciled(
            before,
            grant,
            Heard(now_s, None, None, None),
            slew_s=0.5,
            follows=False,
            ladder=(Way.PRESET,),
            now_s=now_s,
        )
        self.motions[camera] = motion
        for report in reports:
            if report.end is not MoveEnd.PREEMPTED:
                continue
            reason = None if grant is None else grant.reason
            who = "nobody" if reason is None else (reason.actor or reason.policy or "home")
            if who not in report.reason:
                self.violations.append(f"{camera}: displaced, and told `{report.reason}`")

    def _answers(self, decision: Decision) -> None:
        """Every command is answered to the end once, and a failure says why."""
        for notice in decision.notices:
            fact = notice.fact
            if not isinstance(fact, Answer):
                continue
            ended = fact.step in (Step.DONE, Step.FAILED, Step.REJECTED)
            if self.owed.get(fact.command):
                self.violations.append(f"{fact.command} was answered after its end")
            if fact.step in (Step.FAILED, Step.REJECTED) and not fact.say:
                self.violations.append(f"{fact.command} failed, and nobody says why")
            self.owed[fact.command] = ended


async def measured() -> Sequence[Measure]:
    """Play the schedules, and count what should not be."""
    site = yard(INTRUSION, AHEAD, TOUR)
    found: list[str] = []
    for seed in range(SCHEDULES):
        judge = Judge(Night(site, EVENING))
        played(judge, random.Random(seed))
        found += [f"schedule {seed}: {what}" for what in judge.violations]
    for line in found[:20]:
        sys.stdout.write(line + "\n")
    return [Measure("arbitration_violations", len(found), "", must=0)]


def played(judge: Judge, dice: random.Random) -> None:
    """Play one schedule: people walk in and out, operators ask, tours and hand-offs go on."""
    people: dict[str, Target] = {}
    expected: list[Arrival] = []
    for tick in range(TICKS):
        if dice.random() < 0.08:
            name = f"T{dice.randrange(4)}"
            at = (dice.uniform(2.0, 38.0), dice.uniform(2.0, 28.0))
            people.pop(name, None) if name in people else people.update({name: person(name, *at)})
        if dice.random() < 0.06 and people:
            name = dice.choice(sorted(people))
            view = dice.choice(("west-ptz/north", "east-ptz/north", "east-ptz/south"))
            spot = (dice.uniform(5.0, 35.0), dice.uniform(3.0, 27.0))
            expected = [arrival(name, judge.night.now.mono_s + 1.0, view, spot)]
        orders = [_command(judge, tick, dice)] if dice.random() < 0.1 else []
        judge.watch(judge.night.tick(*people.values(), arrivals=expected, orders=orders))


def _command(judge: Judge, tick: int, dice: random.Random) -> Command:
    camera = dice.choice((WEST, EAST))
    order: Order = dice.choice(
        (
            GotoPreset(camera, PresetName(dice.choice(sorted(AIMS[camera])))),
            TakeControl(camera, dice.uniform(0.5, 4.0)),
            Release(camera),
        )
    )
    command = CommandId(f"c{tick}")
    return Command(command, PersonName(dice.choice(OPERATORS)), judge.night.now.mono_s, order)
