"""The world moves by seed, keeps people apart and off walls, and never runs dry."""

import itertools
import math
from pathlib import Path

import pytest

from simulators.facility import Facility, FacilityPlan, load
from simulators.heads import Pose
from simulators.render import render
from simulators.ways import free_floor

DEMO = Path(__file__).parents[3] / "config" / "demo" / "facility.yaml"


@pytest.fixture(scope="module")
def plan() -> FacilityPlan:
    return load(DEMO)


def played(plan: FacilityPlan, seed: int) -> Facility:
    facility = Facility(plan)
    facility.reset(seed)
    for step in range(60):
        if step == 3:
            facility.goto_preset("dock-ptz", "4")
        if step == 20:
            facility.continuous("yard-ptz", Pose(0.4, -0.2, 0.0), 1.0)
        facility.step(0.05)
    return facility


@pytest.mark.slow
def test_the_same_seed_and_script_give_the_same_states_and_pictures(plan: FacilityPlan) -> None:
    first, second = played(plan, 5), played(plan, 5)
    assert first.people == second.people
    assert first.vehicles == second.vehicles
    for camera in plan.cameras:
        assert first.head(camera) == second.head(camera)
        assert render(first.scene(camera)).tobytes() == render(second.scene(camera)).tobytes()


@pytest.mark.slow
def test_another_seed_gives_another_world(plan: FacilityPlan) -> None:
    assert played(plan, 1).people != played(plan, 2).people


@pytest.mark.slow
def test_a_reset_forgets_everything_that_happened(plan: FacilityPlan) -> None:
    facility = played(plan, 5)
    facility.set_preset("yard-ptz", "here")
    facility.reset(5)
    fresh = Facility(plan)
    fresh.reset(5)
    assert facility.time_s == 0.0
    assert facility.people == fresh.people
    assert facility.presets("yard-ptz") == fresh.presets("yard-ptz")
    assert facility.head("dock-ptz") == fresh.head("dock-ptz")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 8])
def test_people_keep_off_walls_vehicles_and_each_other(plan: FacilityPlan, seed: int) -> None:
    facility, free = Facility(plan), free_floor(plan.depot)
    facility.reset(seed)
    for _ in range(800):
        facility.step(0.1)
        people = facility.people
        assert all(free.at(p.x_m, p.y_m) for p in people)
        for a, b in itertools.combinations(people, 2):
            assert math.dist((a.x_m, a.y_m), (b.x_m, b.y_m)) > 0.9
        for vehicle in facility.vehicles:
            turn = math.radians(vehicle.heading_deg)
            for p in people:
                dx, dy = p.x_m - vehicle.x_m, p.y_m - vehicle.y_m
                ahead = dx * math.sin(turn) + dy * math.cos(turn)
                aside = dx * math.cos(turn) - dy * math.sin(turn)
                assert abs(ahead) > 2.1 or abs(aside) > 0.95


@pytest.mark.slow
def test_over_eighty_seconds_enough_people_come_and_go_at_a_walking_pace(
    plan: FacilityPlan,
) -> None:
    facility = Facility(plan)
    facility.reset(4)
    ids: set[str] = set()
    present: list[int] = []
    for _ in range(800):
        facility.step(0.1)
        ids |= {p.id for p in facility.people}
        present.append(len(facility.people))
        assert all(math.hypot(p.vx_mps, p.vy_mps) <= 1.75 for p in facility.people)
    assert len(ids) >= 6
    assert 3.0 <= sum(present) / len(present) <= 5.0


@pytest.mark.slow
def test_nobody_stands_for_ever_and_vehicles_leave_again(plan: FacilityPlan) -> None:
    facility = Facility(plan)
    facility.reset(7)
    stood: dict[str, float] = {}
    vehicles: set[str] = set()
    for _ in range(3000):
        facility.step(0.1)
        vehicles |= {v.id for v in facility.vehicles}
        for p in facility.people:
            still = math.hypot(p.vx_mps, p.vy_mps) < 0.1
            stood[p.id] = stood.get(p.id, 0.0) + 0.1 if still else 0.0
            assert stood[p.id] < 25.0, f"{p.id} stands at {p.x_m:.1f}, {p.y_m:.1f}"
    assert len(vehicles) >= 4
    assert len(stood) >= 10


def test_a_facility_says_that_it_was_not_reset(plan: FacilityPlan) -> None:
    with pytest.raises(RuntimeError, match="reset"):
        _ = Facility(plan).people
