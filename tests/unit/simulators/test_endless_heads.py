import random

import pytest

from simulators.heads import Aim, Motors, Pose, PtzSpec


def head(*, endless: bool, pan: float) -> Motors:
    spec = PtzSpec(pan_deg=(-180.0, 180.0), latency_s=(0.0, 0.0), endless=endless)
    motors = Motors(spec, Aim(0.0, 0.0, 60.0), 60.0, 10.0, random.Random(1))
    motors.place(Pose(pan, 0.0, 0.0))
    return motors


@pytest.mark.parametrize(("endless", "after_s"), [(True, 1.2), (False, 4.5)])
def test_an_endless_head_takes_the_short_way_past_its_stop(endless: bool, after_s: float) -> None:
    motors = head(endless=endless, pan=0.9)
    motors.go(Pose(-0.9, 0.0, 0.0))
    motors.step(after_s)
    assert not motors.head().moving
    assert motors.head().pose.pan == pytest.approx(-0.9, abs=0.01)
    motors.go(Pose(0.9, 0.0, 0.0))
    motors.step(0.6)
    assert (abs(motors.head().pose.pan) > 0.85) == endless


def test_an_endless_head_that_is_driven_comes_round() -> None:
    motors = head(endless=True, pan=0.9)
    motors.drive(Pose(1.0, 0.0, 0.0), 1.0)
    motors.step(1.5)
    assert -1.0 <= motors.head().pose.pan < 0.0
