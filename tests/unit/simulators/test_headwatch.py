"""What is told about a head while it travels."""

import json
from pathlib import Path
from random import Random
from typing import Any

from simulators.heads import Aim, Motors, Pose, PtzSpec
from simulators.headwatch import HeadWatch, apart_deg
from simulators.truth import TruthFile

TICK_S = 0.02


def travelled(
    path: Path, *, goal: Pose, ticks: int = 150
) -> tuple[list[dict[str, Any]], list[str]]:
    """Send a head to a preset and return the lines and the events of its journey."""
    motors = Motors(PtzSpec(latency_s=(0.1, 0.1)), Aim(0, -20, 60), 60, 20, Random(1))
    motors.place(Pose(0, 0, 0))
    told: list[str] = []
    truth = TruthFile(path)
    truth.open()
    watch = HeadWatch("dome", truth, lambda what, _token, name: told.append(f"{what} {name}"))
    watch.seen(motors.head(), 0.0)
    watch.sent_to("2", "gate", 0.0)
    motors.go(goal)
    for tick in range(1, ticks):
        motors.step(TICK_S)
        watch.seen(motors.head(), tick * TICK_S)
    truth.close()
    return [json.loads(line) for line in path.read_text().splitlines()], told


def test_motion_is_told_once_after_a_tenth_of_a_degree(tmp_path: Path) -> None:
    lines, told = travelled(tmp_path / "truth.jsonl", goal=Pose(0.2, 0, 0))
    heads = [line for line in lines if line["kind"] == "head"]
    [motion] = [line for line in lines if line["kind"] == "motion"]
    turned = {line["at_s"]: Aim(*line["aim"]) for line in heads}
    before = [aim for at_s, aim in turned.items() if at_s < motion["at_s"]]

    assert told == ["Invoked gate", "Reached gate"]
    assert all(apart_deg(aim, before[0]) < 0.1 for aim in before)
    assert apart_deg(turned[motion["at_s"]], before[0]) >= 0.1
    assert (heads[0]["moving"], heads[1]["moving"], heads[-1]["moving"]) == (False, True, False)
    assert len(heads) > 10


def test_a_head_that_is_there_already_has_reached_its_preset(tmp_path: Path) -> None:
    lines, told = travelled(tmp_path / "truth.jsonl", goal=Pose(0, 0, 0))

    assert told == ["Invoked gate", "Reached gate"]
    assert not [line for line in lines if line["kind"] == "motion"]
