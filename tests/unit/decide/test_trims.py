"""Each setting is granted by itself, apart from the head, to the strongest who wants it."""

from dataclasses import replace

from orchestrator.decide import decided
from orchestrator.domain.ids import CameraId
from orchestrator.domain.imaging import Auxiliary, Imaging, Mode
from orchestrator.domain.intent import Trim
from orchestrator.domain.sighting import TakeControl
from tests.fakes.arbitration_site import EAST, WEST, Night, passport, person, yard

FIXED = CameraId("fixed")


def policy(name: str, do: str, *, band: str = "analytics", more: str = "") -> str:
    return (
        f"policy: {name}\nversion: 1\nbecause: Rain.\nband: {band}\n"
        f"on: {{enters: [south, north], who: person}}\n{more}do:\n{do}"
    )


STORM = policy(
    "storm",
    "  - imaging: {cameras: [fixed, west-ptz], set: {brightness: 60 %, ir_cut: off}, for: 5s}\n"
    '  - auxiliary: {cameras: [west-ptz], run: "tt:Wiper|On", afterwards: "tt:Wiper|Off", for: 3s}\n',
)
GLARE = policy(
    "glare",
    "  - imaging: {cameras: [fixed], set: {brightness: 30 %, contrast: 40 %}, for: 5s}\n",
    band="alarm",
)


def trim_of(night: Night, camera: CameraId) -> Trim:
    trims = {trim.camera: trim for trim in night.decisions[-1].trims}
    return trims.get(camera, Trim(camera))


def test_a_fixed_camera_is_set_as_well_as_one_that_turns() -> None:
    night = Night(yard(STORM))
    night.run(0.5, person("T1", 10, 5))

    assert trim_of(night, FIXED).imaging == Imaging(brightness=0.6, ir_cut=Mode.OFF)
    assert trim_of(night, WEST).imaging == Imaging(brightness=0.6, ir_cut=Mode.OFF)
    assert trim_of(night, WEST).auxiliaries == (Auxiliary("tt:Wiper|On", "tt:Wiper|Off"),)
    assert trim_of(night, EAST) == Trim(EAST)


def test_it_ends_when_its_time_is_over_each_at_its_own() -> None:
    night = Night(yard(STORM))
    night.run(0.5, person("T1", 10, 5))
    night.run(3.5)
    assert not trim_of(night, WEST).auxiliaries
    assert trim_of(night, WEST).imaging.names

    night.run(2.0)
    assert night.decisions[-1].trims == ()


def test_a_stronger_band_takes_a_setting_and_leaves_the_others() -> None:
    night = Night(yard(STORM, GLARE))
    night.run(0.5, person("T1", 10, 5))

    fixed = trim_of(night, FIXED)
    assert fixed.imaging == Imaging(brightness=0.3, contrast=0.4, ir_cut=Mode.OFF)
    [lost] = fixed.lost
    assert (lost.claim, lost.reason) == (
        "storm",
        "brightness: band analytics is below alarm (glare)",
    )


def test_inside_a_band_priority_decides_then_age() -> None:
    def said(first: str, second: str) -> float | None:
        do = "  - imaging: {{cameras: [fixed], set: {{brightness: {}}}, for: 5s}}\n"
        rules = yard(
            policy("a", do.format("10 %"), more=first), policy("b", do.format("20 %"), more=second)
        )
        night = Night(rules)
        night.run(2.0, person("T1", 10, 5))
        return trim_of(night, FIXED).imaging.brightness

    assert said("", "priority: 60\n") == 0.2
    assert said("priority: 40\n", "") == 0.2
    assert said("hold: 1s\n", "") == 0.2
    assert said("", "hold: 1s\n") == 0.1


def test_an_operator_who_holds_the_head_does_not_hold_the_picture() -> None:
    night = Night(yard(STORM))
    night.tick(person("T1", 10, 5), orders=[night.order(TakeControl(WEST, 30.0))])
    night.run(0.5, person("T1", 10, 5))

    assert trim_of(night, WEST).imaging.brightness == 0.6


def test_a_camera_without_the_setting_or_the_command_is_not_asked() -> None:
    site = yard(STORM)
    night = Night(site)
    night.run(0.3, person("T1", 10, 5))
    states = {
        camera.id: replace(
            night.world.cameras[camera.id],
            passport=replace(
                passport(site, camera.id),
                imaging=frozenset({"brightness"}),
                auxiliary=("tt:Washer|On",),
            ),
        )
        for camera in site.cameras
    }
    world, decision = decided(site, replace(night.world, cameras=states), (), night.now)

    west = world.desk.trims[WEST]
    assert west.imaging == Imaging(brightness=0.6)
    assert west.auxiliaries == ()
    assert {lost.reason for lost in west.lost} == {
        "ir_cut: the camera has no such setting",
        "tt:Wiper: the camera does not list `tt:Wiper|On`: tt:Washer|On",
    }
    assert any(judgement.camera == WEST for judgement in decision.judgements)


def test_a_change_is_judged_once_with_everything_that_is_set() -> None:
    night = Night(yard(STORM))
    night.run(2.0, person("T1", 10, 5))

    judged = [
        judgement
        for decision in night.decisions
        for judgement in decision.judgements
        if judgement.camera == FIXED
    ]
    assert [[setting.what for setting in one.trim] for one in judged] == [["brightness", "ir_cut"]]
    night.run(6.0)
    assert night.world.desk.trims == {}
