"""Measuring heads of every kind over real ONVIF, in virtual time: what is found is what is true."""

import asyncio
from dataclasses import replace

import pytest

from orchestrator.adapters.onvif.engine import engine
from orchestrator.app.camera_tree import proven
from orchestrator.domain.camera import Motors, Passport, PtzPose
from orchestrator.domain.moving import StopWay
from orchestrator.geometry.ptz import aim_of
from orchestrator.steer import characterised
from tests.fakes.clock import VirtualClock
from tests.fakes.quirky_site import DOME, KINDS, QuirkySite

pytestmark = pytest.mark.slow
MOST_S = 120.0


@pytest.fixture(autouse=True)
async def parsed() -> None:
    """Have the message engine there: it is parsed in real time."""
    await engine()


async def measured(kind: str) -> tuple[Motors, Passport, QuirkySite[VirtualClock]]:
    site = QuirkySite(KINDS[kind], VirtualClock())
    interview = asyncio.create_task(site.link.interview())
    await site.clock.advance_until(interview.done, within_s=60.0)
    passport = await interview
    began_s = site.clock.now().mono_s
    said: list[str] = []
    work = asyncio.create_task(
        characterised(
            site.link, passport, site.clock, at="2026-03-01", ranges=DOME.ptz, say=said.append
        )
    )
    await site.clock.advance_until(work.done, within_s=200.0)
    assert site.clock.now().mono_s - began_s <= MOST_S
    assert not site.is_moving()
    return await work, passport, site


async def test_a_head_is_measured_as_it_is_and_left_where_it_was() -> None:
    motors, passport, site = await measured("plain")

    assert motors.latency_s is not None
    assert 0.05 <= motors.latency_s <= 0.25
    assert motors.pan is not None
    assert motors.pan.top_dps == pytest.approx(120.0, rel=0.1)
    assert motors.pan.spin_up_dps2 == pytest.approx(360.0, rel=0.4)
    assert motors.tilt is not None
    assert motors.tilt.top_dps == pytest.approx(90.0, rel=0.1)
    assert motors.step_deg == pytest.approx((170.0, 45.0), rel=0.02)
    zooms, hfovs_deg = zip(*motors.fields, strict=True)
    assert zooms == pytest.approx((0.0, 0.5, 1.0), abs=0.01)
    assert hfovs_deg == pytest.approx(
        [aim_of(DOME, PtzPose(0.0, 0.0, zoom)).hfov_deg for zoom in zooms], rel=0.03
    )
    assert motors.repeatability_deg == pytest.approx(0.0, abs=0.1)
    assert (motors.stop, motors.ends_by_itself) == (StopWay.STOP, True)
    assert [preset.name for preset in motors.presets] == ["home", "gate", "sky"]
    assert site.off_deg("home") <= 0.5
    known = proven(passport, motors)
    assert known.moves is not None
    assert known.moves.timeout_proven


async def test_a_head_that_ignores_timeouts_is_stopped_and_never_proven() -> None:
    motors, passport, _ = await measured("ignores timeouts")

    assert not motors.ends_by_itself
    assert "Timeout: it does not end a velocity by itself" in motors.unmeasured
    known = proven(passport, motors).moves
    assert known is not None
    assert not known.timeout_proven


async def test_the_way_to_stop_that_works_is_found() -> None:
    motors, _, _ = await measured("stops by zero velocity only")

    assert motors.stop is StopWay.ZERO


async def test_the_scale_of_its_own_steps_is_found() -> None:
    motors, _, _ = await measured("steps of its own only")

    assert motors.step_deg == pytest.approx((42.5, 11.25), rel=0.05)
    assert motors.fields == ()
    assert any(each.startswith("field of view") for each in motors.unmeasured)


@pytest.mark.parametrize(
    "kind", ["says nothing", "position frozen", "presets only", "slow answers"]
)
async def test_what_cannot_be_measured_is_said_and_not_made_up(kind: str) -> None:
    motors, _, _ = await measured(kind)

    assert not motors.ends_by_itself
    assert motors.pan is None
    assert motors.unmeasured


async def test_what_was_measured_of_another_device_proves_nothing() -> None:
    motors, passport, _ = await measured("plain")

    known = proven(passport, replace(motors, firmware="another"))

    assert known == passport
