"""What decisions hide of pictures: while a rule is in force, for every camera, unless it is lifted."""

from dataclasses import replace

from orchestrator.domain.glass import BreakGlass
from orchestrator.domain.ids import CameraId, PersonName, PolicyName
from orchestrator.domain.sighting import LiftRule
from orchestrator.domain.site import Operator, Reidentify, Site
from orchestrator.domain.veil import CLEAR, DARK, Veil
from tests.fakes.arbitration_site import BENCH, BREAK, EAST, EVENING, SITE, WEST, Night, yard

FIXED = CameraId("fixed")
RING = ((34.0, 26.0), (39.0, 26.0), (39.0, 29.0), (34.0, 29.0))
CLOSED = Veil((RING,), 2.0)
LOOK_ONLY = BENCH.replace("[look, record, detect, identify]", "look")
UNSURVEYED = SITE.replace("stands: {at: [20, 0], height: 5 m}", "stands: unknown").replace(
    "looks: {azimuth: 0 deg, tilt: -20 deg}", "looks: unknown"
)
WINDOWS = "  windows: {of: east-ptz, directions: [[340, -20], [350, -20], [350, -10]]}\n"
WINDOWED = SITE.replace("calendars:", f"{WINDOWS}calendars:")
NEIGHBOURS = "privacy: windows\nversion: 1\nbecause: Homes.\nzones: [windows]\nnever: look\n"


def veils(night: Night) -> dict[CameraId, Veil]:
    night.tick()
    return {one.camera: one.veil for one in night.decisions[-1].attention}


def nameless(night: Night) -> dict[CameraId, Veil | None]:
    night.tick()
    return {one.camera: one.nameless for one in night.decisions[-1].attention}


def told_apart(site: Site, *cameras: CameraId) -> Site:
    """Return a site whose people a model tells apart, in the pictures of these cameras or of all."""
    model = Reidentify("people", "The yard has a gap.", cameras=cameras or None)
    return replace(site, watching=replace(site.watching, reidentify=model))


def liftable(rule: str) -> Site:
    lead = Operator(PersonName("lead"), "engineer", "lead")
    glass = BreakGlass(("engineer",), 60.0)
    return replace(yard(rule), operators=(lead,), break_glass=glass)


def lifted(rule: str) -> Night:
    night = Night(liftable(rule), BREAK)
    order = LiftRule(PolicyName("bench"), "somebody has collapsed")
    night.tick(orders=[night.order(order, "lead", "b1")])
    return night


def test_a_closed_zone_is_hidden_from_every_camera_and_all_know_it_by_the_same_veil() -> None:
    found = veils(Night(yard(BENCH), BREAK))

    assert set(found.values()) == {CLOSED}
    assert found[EAST] is found[FIXED]


def test_nothing_is_hidden_while_no_rule_is_in_force() -> None:
    assert set(veils(Night(yard(BENCH), EVENING)).values()) == {CLEAR}


def test_what_is_closed_to_detection_alone_is_hidden_too_and_to_recording_alone_is_not() -> None:
    for never, veil in (("detect", CLOSED), ("look", CLOSED), ("record", CLEAR)):
        rule = BENCH.replace("[look, record, detect, identify]", never)
        assert veils(Night(yard(rule), BREAK))[FIXED] == veil


def test_breaking_the_glass_lets_pictures_be_looked_at_again_and_its_end_closes_them() -> None:
    night = lifted(LOOK_ONLY)
    assert veils(night)[EAST] == CLEAR

    night.run(61.0)

    assert veils(night)[EAST] == CLOSED


def test_breaking_the_glass_lifts_looking_and_never_detecting() -> None:
    assert veils(lifted(BENCH))[EAST] == CLOSED


def test_all_that_a_camera_shows_is_hidden_where_nobody_knows_where_it_looks() -> None:
    site = yard(BENCH, text=UNSURVEYED)
    found = veils(Night(site, BREAK))

    assert (found[FIXED], found[WEST]) == (DARK, CLOSED)
    assert veils(Night(site, EVENING))[FIXED] == CLEAR


def test_directions_around_one_camera_are_hidden_in_its_pictures_alone() -> None:
    found = veils(Night(yard(NEIGHBOURS, text=WINDOWED)))

    assert [region.camera for region in found[EAST].regions if not isinstance(region, tuple)] == [
        EAST
    ]
    assert (found[WEST], found[FIXED]) == (CLEAR, CLEAR)


def test_nobody_is_described_anywhere_unless_the_site_says_so() -> None:
    assert set(nameless(Night(yard(BENCH), EVENING)).values()) == {None}


def test_nobody_is_described_in_pictures_of_cameras_that_are_not_named() -> None:
    found = nameless(Night(told_apart(yard(BENCH), FIXED), EVENING))

    assert found == {FIXED: CLEAR, EAST: None, WEST: None}


def test_nobody_is_described_in_a_zone_that_is_closed_to_identifying_or_to_sight() -> None:
    for never, veil in (
        ("identify", CLOSED),
        ("look", CLOSED),
        ("detect", CLOSED),
        ("record", CLEAR),
    ):
        site = told_apart(yard(BENCH.replace("[look, record, detect, identify]", never)))
        assert nameless(Night(site, BREAK))[EAST] == veil


def test_breaking_the_glass_never_lets_anybody_be_described() -> None:
    night = Night(told_apart(liftable(LOOK_ONLY)), BREAK)
    order = LiftRule(PolicyName("bench"), "somebody has collapsed")
    night.tick(orders=[night.order(order, "lead", "b1")])

    assert (veils(night)[EAST], nameless(night)[EAST]) == (CLEAR, CLOSED)


def test_nobody_is_described_where_nobody_knows_what_a_camera_shows() -> None:
    site = told_apart(yard(BENCH, text=UNSURVEYED))

    assert nameless(Night(site, BREAK))[FIXED] == DARK
    assert nameless(Night(site, EVENING))[FIXED] == CLEAR
