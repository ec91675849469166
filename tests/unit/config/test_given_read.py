"""What is given in a case besides people one by one: crowds, reports of cameras, flags."""

from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.config import read_site
from orchestrator.config.given import spread
from orchestrator.domain.ids import CameraId, TargetId, ZoneId
from orchestrator.domain.policy_case import Alarms, Appears, Says, Sets, Vanishes
from orchestrator.domain.sighting import Kind, Report
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError
from tests.unit.config.test_case_files import case_of

GATE = CameraId("gate-fixed")


@pytest.fixture(scope="module")
def site() -> Site:
    return read_site(Path("config/demo"))


def test_many_stand_in_a_zone_each_by_themselves(site: Site) -> None:
    case = case_of(site, "  - {at: 2s, targets: 12, who: person, stand in: yard}\n")

    people = [event for event in case.given if isinstance(event, Appears)]
    ring = next(zone.ring_m for zone in site.zones if zone.id == ZoneId("yard"))
    assert [person.target for person in people] == [f"crowd-{n}" for n in range(1, 13)]
    assert len({person.way for person in people}) == 12
    assert all(shapely.contains_xy(shapely.Polygon(ring), *person.way[0]) for person in people)
    assert {(person.at_s, person.kind) for person in people} == {(2.0, Kind.PERSON)}


def test_of_many_some_leave_those_who_came_first(site: Site) -> None:
    case = case_of(
        site,
        "  - {at: 0s, targets: 3, stand in: yard}\n  - {at: 0s, targets: 3, stand in: gate}\n"
        "  - {at: 9s, targets: 2, leave: gate}\n",
    )

    assert case.given[-2:] == (
        Vanishes(9.0, TargetId("crowd-4")),
        Vanishes(9.0, TargetId("crowd-5")),
    )


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{at: 9s, targets: 2, leave: gate}", "only 0 `stand in` there"),
        ("{at: 9s, targets: 2.5, stand in: gate}", "must be a whole number"),
        ("{at: 9s, targets: 0, stand in: gate}", "must be between 1 and 500"),
        ("{at: 9s, targets: 2, stand in: gaet}", "did you mean `gate`?"),
        ("{at: 9s, targets: 2}", "either `stand in` or `leave`"),
        ("{at: 9s, camera: gate-fixd, reports: tamper}", "did you mean `gate-fixed`?"),
        ("{at: 9s, camera: gate-fixed, reports: tampr}", "did you mean `tamper`?"),
        ("{at: 9s, flag: maintenence}", "did you mean `maintenance`?"),
        ("{at: 9s, flag: maintenance, set: up}", "unknown word `up`"),
    ],
)
def test_what_cannot_be_given_is_told_with_what_can(site: Site, entry: str, message: str) -> None:
    with pytest.raises(AuthorError) as caught:
        case_of(site, f"  - {entry}\n")

    assert message in str(caught.value)


def test_a_camera_says_something_for_a_while_or_to_the_end(site: Site) -> None:
    case = case_of(
        site,
        "  - {at: 1s, camera: gate-fixed, reports: tamper, for: 4s}\n"
        "  - {at: 2s, camera: gate-fixed, reports: input, part: door}\n",
    )

    assert case.given == (
        Says(1.0, GATE, Report.TAMPER, active=True),
        Says(2.0, GATE, Report.INPUT, active=True, part="door"),
        Says(5.0, GATE, Report.TAMPER, active=False),
    )


def test_a_flag_is_set_and_taken_back(site: Site) -> None:
    case = case_of(
        site, "  - {at: 1s, flag: maintenance}\n  - {at: 2s, flag: maintenance, set: off}\n"
    )

    assert case.given == (Sets(1.0, "maintenance", up=True), Sets(2.0, "maintenance", up=False))


def test_an_alarm_may_be_expected_of_one_policy(site: Site) -> None:
    case = case_of(site, expect="expect:\n  - {by: 2s, alarm: high, because: hand-off-ahead}\n")

    assert isinstance(case.expect[0].aspect, Alarms)
    assert case.expect[0].aspect.policy == "hand-off-ahead"


CORNER = st.tuples(st.floats(0, 40), st.floats(0, 40))


@pytest.mark.slow
@settings(max_examples=25)
@given(
    st.lists(CORNER, min_size=3, max_size=6).filter(
        lambda ring: shapely.make_valid(shapely.Polygon(ring)).area > 5.0
    ),
    st.integers(1, 60),
)
def test_a_crowd_of_any_size_stands_in_a_zone_of_any_shape(
    ring: list[tuple[float, float]], count: int
) -> None:
    area = shapely.make_valid(shapely.Polygon(ring)).buffer(0.001)

    places = list(spread(tuple(ring), count))

    assert len(places) == count
    assert all(shapely.contains_xy(area, *place) for place in places)
