"""Who turns a head by hand: nudges over the wire, somebody at the camera itself, and pauses."""

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.intent import Band, Intent
from orchestrator.domain.sighting import (
    Displaced,
    GotoPreset,
    Nudge,
    PauseAutomation,
    Release,
    ResumeAutomation,
    TakeControl,
)
from tests.fakes.arbitration_site import (
    AIMS,
    BENCH,
    BREAK,
    EAST,
    INTRUSION,
    TOUR,
    WEST,
    Night,
    person,
    yard,
)

SOMEBODY = person("T1", 30.0, 5.0)


def alarmed(night: Night) -> Intent:
    """Return the grant that the alarm has."""
    return next(intent for intent in night.decisions[-1].intents if intent.band is Band.ALARM)


def turned(night: Night, camera: CameraId, aim: Aim) -> None:
    """Turn a head at its own web page."""
    night.aims[camera] = aim
    night.seen.append(Displaced(camera, night.now.mono_s, aim, 20.0, by_hand=True))


def test_a_nudge_turns_a_head_from_where_it_is_and_keeps_it_for_the_operator() -> None:
    night = Night(yard())
    night.tick()

    night.tick(orders=[night.order(Nudge(EAST, 10.0, -2.0, 1.5))])
    night.run(1.5)

    grant = night.granted(EAST)
    assert grant is not None
    assert grant.aim is not None
    assert (round(grant.aim.azimuth_deg, 6), round(grant.aim.tilt_deg, 6)) == (272.0, -24.0)
    assert grant.aim.hfov_deg < AIMS["east-ptz"]["home"].hfov_deg
    assert (grant.band, grant.reason.actor) == (Band.OPERATOR, "anna")
    assert night.answers() == [("accepted", ""), ("started", ""), ("done", "")]


def test_after_a_nudge_the_head_is_sent_back_to_the_very_preset_that_it_had() -> None:
    night = Night(yard(TOUR))
    night.run(1.0)
    before = night.granted(WEST)

    night.tick(orders=[night.order(Nudge(WEST, 20.0, 0.0, 1.0))])
    night.run(1.0)
    night.tick(orders=[night.order(Release(WEST), name="c2")])
    night.tick()
    after = night.granted(WEST)

    assert before is not None
    assert after is not None
    assert (after.preset, after.aim, after.reason.policy) == (before.preset, None, "tour")
    assert after.id != before.id


def test_a_nudge_to_where_nobody_may_look_is_refused() -> None:
    night = Night(yard(BENCH), now=BREAK)
    night.tick()

    night.tick(orders=[night.order(Nudge(EAST, 80.0, 0.0, 1.0))])

    assert night.answers()[-1] == ("rejected", "privacy")


def test_a_head_of_which_nobody_knows_where_it_looks_cannot_be_nudged() -> None:
    night = Night(yard())
    night.aims[EAST] = None
    night.tick()

    night.tick(orders=[night.order(Nudge(EAST, 5.0, 0.0, 1.0))])

    assert night.answers()[-1] == ("rejected", "conflict")


def test_a_head_turned_at_the_camera_is_left_to_whoever_does_so_for_a_minute() -> None:
    night = Night(yard(TOUR))
    night.run(1.0)
    before = night.granted(WEST)

    turned(night, WEST, Aim(100.0, -20.0, 40.0))
    night.run(59.0)
    held = night.granted(WEST)
    night.run(3.0)
    after = night.granted(WEST)

    assert before is not None
    assert held is not None
    assert (held.id, held.band) == (before.id, Band.OPERATOR)
    assert held.reason.actor == "somebody at the camera"
    assert after is not None
    assert (after.preset, after.band) == (before.preset, Band.PATROL)
    assert after.id != before.id


def test_an_operator_takes_a_head_from_somebody_at_the_camera_who_does_not_take_it_back() -> None:
    night = Night(yard())
    night.tick()
    turned(night, EAST, Aim(300.0, -20.0, 40.0))
    night.tick()

    night.tick(orders=[night.order(TakeControl(EAST, 20.0))])
    turned(night, EAST, Aim(310.0, -20.0, 40.0))
    night.tick()

    assert night.answers()[-1] == ("done", "")
    assert night.world.desk.holds[EAST].actor == "anna"


def test_automation_that_is_paused_leaves_a_camera_to_operators_until_it_is_resumed() -> None:
    night = Night(yard(INTRUSION))
    night.tick(orders=[night.order(PauseAutomation(None, None))])
    night.run(3.0, SOMEBODY)
    paused = night.granted(EAST)
    night.tick(SOMEBODY, orders=[night.order(GotoPreset(EAST, PresetName("north")), name="c2")])
    driven = night.granted(EAST)
    night.tick(SOMEBODY, orders=[night.order(Release(EAST), name="c3")])
    night.tick(SOMEBODY, orders=[night.order(ResumeAutomation(None), name="c4")])
    night.run(3.0, SOMEBODY)

    assert paused is None
    assert driven is not None
    assert driven.preset == "north"
    assert alarmed(night)
    refused = [one.reason for each in night.decisions for j in each.judgements for one in j.lost]
    assert any(one.startswith("anna has paused automation of") for one in refused)


def test_automation_of_a_site_is_paused_for_a_while() -> None:
    night = Night(yard(INTRUSION))
    night.tick(orders=[night.order(PauseAutomation(None, 5.0))])

    night.run(4.0, SOMEBODY)
    paused = [night.granted(camera) for camera in (WEST, EAST)]
    night.run(4.0, SOMEBODY)

    assert paused == [None, None]
    assert any(night.granted(camera) is not None for camera in (WEST, EAST))
