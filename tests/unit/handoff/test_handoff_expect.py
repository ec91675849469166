from dataclasses import replace

import pytest

from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.ids import CameraId, TargetId
from orchestrator.domain.region import Ring
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival, Target
from orchestrator.domain.world import CameraState, World
from orchestrator.geometry.ptz import aim_of, pose_of
from orchestrator.handoff import handed_off
from orchestrator.topology import built
from tests.fakes.walkers import dome, fixed, instant, passport, site_of

WEST = fixed("west", 10, 2, 0.0, hfov_deg=50.0, tilt_deg=-20.0)
EAST = fixed("east", 26, 2, 0.0, hfov_deg=50.0, tilt_deg=-20.0)
YARD = dome("yard", 40, 38, azimuth_deg=180.0)
GATE = pose_of(YARD, Aim(azimuth_deg=202.6, tilt_deg=-13.0, hfov_deg=30.0))
AWAY = pose_of(YARD, Aim(azimuth_deg=146.0, tilt_deg=-16.0, hfov_deg=30.0))
ONLINE = CameraState(LinkState.ONLINE)


def depot(walls: tuple[Ring, ...] = ()) -> Site:
    site = site_of(WEST, EAST, YARD, walls=walls)
    poses = passport(YARD, gate=GATE, away=AWAY)
    return replace(site, topology=built(site, {YARD.id: poses}))


def walker(
    x: float, y: float, vx: float, vy: float, *, seen_by: str = "west", last_seen_s: float = 10.0
) -> Target:
    return Target(
        id=TargetId("T1"),
        kind=Kind.PERSON,
        position_m=(x, y),
        velocity_mps=(vx, vy),
        sigma_m=0.2,
        confidence=0.9,
        first_seen_s=0.0,
        last_seen_s=last_seen_s,
        seen_by=((CameraId(seen_by), last_seen_s),),
    )


def arrivals(site: Site, *targets: Target, **cameras: CameraState) -> dict[str, Arrival]:
    states = {camera.id: ONLINE for camera in site.cameras if camera.ptz is None}
    states |= {CameraId(name): state for name, state in cameras.items()}
    world = handed_off(site, World(cameras=states, targets=targets), instant(10.0))
    return {arrival.view: arrival for arrival in world.arrivals}


def test_somebody_who_walks_out_of_a_view_is_expected_in_the_next() -> None:
    found = arrivals(depot(), walker(13.0, 14.0, 1.4, 0.0))

    assert "west" not in found
    east = found["east"]
    assert (east.target, east.leaves) == ("T1", "west")
    assert 10.0 < east.leaves_s < 14.0
    assert east.probability > 0.6
    assert 10.0 <= east.earliest_s <= east.latest_s <= 16.0
    assert east.at_m[0] > 13.0


def test_somebody_who_walks_away_from_a_view_is_not_expected_there() -> None:
    assert "east" not in arrivals(depot(), walker(8.0, 14.0, -1.4, 0.0))


@pytest.mark.parametrize("speed", [0.0, 0.1])
def test_somebody_who_stands_is_expected_nowhere(speed: float) -> None:
    assert arrivals(depot(), walker(15.0, 14.0, speed, 0.0)) == {}


def test_somebody_who_stays_in_view_for_long_is_expected_nowhere() -> None:
    assert arrivals(depot(), walker(8.0, 18.0, 0.3, 0.0)) == {}


def test_a_faster_walker_is_expected_sooner() -> None:
    slow = arrivals(depot(), walker(13.0, 14.0, 1.0, 0.0))["east"]
    fast = arrivals(depot(), walker(13.0, 14.0, 2.0, 0.0))["east"]

    assert fast.leaves_s < slow.leaves_s
    assert fast.earliest_s < slow.earliest_s


TO_THE_GATE = walker(28.0, 14.0, 1.4, 0.0, seen_by="east")
AT_THE_GATE = CameraState(LinkState.ONLINE, aim=aim_of(YARD, GATE), aim_at_s=9.0)


def test_a_preset_that_covers_the_way_out_may_be_turned_to_now() -> None:
    found = arrivals(depot(), TO_THE_GATE)

    gate = found["yard/gate"]
    assert gate.leaves == "east"
    assert gate.probability > 0.6
    assert gate.earliest_s == 10.0
    assert "yard/away" not in found


def test_a_head_that_shows_the_target_already_is_what_it_leaves() -> None:
    found = arrivals(depot(), TO_THE_GATE, yard=AT_THE_GATE)

    assert "yard/gate" not in found
    assert all(arrival.leaves == "yard/gate" for arrival in found.values())


def test_a_head_that_moves_shows_nothing() -> None:
    found = arrivals(depot(), TO_THE_GATE, yard=replace(AT_THE_GATE, moving=True))

    assert found["yard/gate"].leaves == "east"


def test_a_head_between_presets_goes_by_the_cameras_name() -> None:
    aim = replace(aim_of(YARD, GATE), tilt_deg=-17.0, hfov_deg=45.0)
    beside = replace(TO_THE_GATE, position_m=(33.0, 14.0), velocity_mps=(2.5, 0.0))

    found = arrivals(depot(), beside, yard=CameraState(LinkState.ONLINE, aim=aim, aim_at_s=9.0))

    assert {arrival.leaves for arrival in found.values()} <= {"yard"}


def test_a_camera_that_is_gone_sees_nobody() -> None:
    gone = CameraState(LinkState.OFFLINE)

    found = arrivals(depot(), walker(13.0, 14.0, 1.4, 0.0), west=gone)

    assert found["east"].leaves == "west"
    assert found["east"].leaves_s == 10.0


def test_somebody_in_a_blind_gap_is_expected_where_the_gap_ends() -> None:
    found = arrivals(depot(), walker(17.5, 9.0, 1.4, 0.0, last_seen_s=8.5))

    assert found["east"].leaves == "west"
    assert found["east"].leaves_s == 8.5


def test_who_is_not_seen_where_a_camera_looks_is_expected_nowhere() -> None:
    assert "east" in arrivals(depot(), walker(13.0, 14.0, 1.4, 0.0, last_seen_s=9.2))
    assert arrivals(depot(), walker(13.0, 14.0, 1.4, 0.0, last_seen_s=8.8)) == {}


def test_who_went_straight_at_a_wall_has_gone_through_a_door() -> None:
    wall: Ring = ((17.0, -1.0), (19.0, -1.0), (19.0, 41.0), (17.0, 41.0))
    inside = walker(19.5, 9.0, 1.4, 0.0, last_seen_s=8.0)

    assert "east" in arrivals(depot(), inside)
    assert arrivals(depot(walls=(wall,)), inside) == {}


def test_nobody_is_expected_beyond_a_wall() -> None:
    wall: Ring = ((18.0, -1.0), (18.5, -1.0), (18.5, 41.0), (18.0, 41.0))

    assert "east" not in arrivals(depot(walls=(wall,)), walker(14.5, 14.0, 1.4, 0.0))


def test_somebody_who_brushes_a_wall_walks_on_along_it() -> None:
    wall: Ring = ((5.0, 15.0), (40.0, 15.0), (40.0, 16.0), (5.0, 16.0))

    found = arrivals(depot(walls=(wall,)), walker(13.0, 14.0, 1.35, 0.25))

    assert found["east"].probability > 0.6


def test_the_world_before_is_left_as_it_was_and_a_replay_gives_the_same() -> None:
    site, target = depot(), walker(13.0, 14.0, 1.4, 0.0)
    world = World(cameras={WEST.id: ONLINE}, targets=(target,))

    once, again = (handed_off(site, world, instant(10.0)) for _ in range(2))

    assert world.arrivals == ()
    assert once.arrivals == again.arrivals
    assert once.arrivals


def test_a_site_without_topology_expects_nobody() -> None:
    site = site_of(WEST)
    world = World(targets=(walker(13.0, 14.0, 1.4, 0.0),))

    assert handed_off(site, world, instant(0.0)).arrivals == ()
