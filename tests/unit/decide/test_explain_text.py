"""What `explain` prints, word for word."""

from datetime import datetime
from zoneinfo import ZoneInfo

from orchestrator.decide.explain import explained
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import TrimEnd, TrimSeen
from orchestrator.tell.records import document_of
from tests.fakes.arbitration_site import AHEAD, INTRUSION, TOUR, WEST, Night, arrival, person, yard


def texts(night: Night, camera: CameraId = WEST) -> list[str]:
    """Return the explanation of every judgement about a camera."""
    began = datetime(2026, 3, 10, 22, 15, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    return [
        explained(
            document_of(
                judgement,
                datetime.fromtimestamp(began + judgement.at_s - 1000.0, ZoneInfo("UTC")),
            ),
            "Europe/Berlin",
        )
        for decision in night.decisions
        for judgement in decision.judgements
        if judgement.camera == camera
    ]


def test_a_decision_is_explained_clause_by_clause_with_who_lost_and_who_did_not_ask() -> None:
    night = Night(yard(INTRUSION, AHEAD, TOUR))
    corner = person("T17", 36.0, 13.0)

    night.run(2.0, corner, arrivals=[arrival("T17", 1009.0, "east-ptz/south", (30.0, 5.0))])

    assert (
        texts(night)[-1]
        == """\
west-ptz  home (90.0 deg / -22.0 deg)   22:15:00.500, arrived 22:15:01.000 (0.1 deg off), \
held until 22:15:20
  won   intrusion              alarm      policies/0/policy.yaml:6
          Nobody works here at night.
          for T17
          [x] during night                       22:00 to 05:00, now 22:15
          [x] person enters south                target T17, 22:14:59.0, confidence 0.90
          [x] target.confidence >= 0.5           confidence = 0.9
          [x] !site.maintenance                  maintenance = false
          [x] held 0.5 s                         0.5 s
  lost  tour                   patrol     band patrol is below alarm (intrusion)
  idle  ahead                  handoff    did not start: T17 is expected in east-ptz/south and \
leaves fixed in 8 s, later than 4 s"""
    )


def test_a_camera_that_goes_home_says_why() -> None:
    night = Night(yard())

    night.run(12.0)

    assert (
        texts(night)[0]
        == """\
west-ptz  home (90.0 deg / -22.0 deg)   22:15:10.000, held until 23:15:10
  won   home                   home
          nobody has claimed it for 10 s"""
    )


def test_a_document_that_lacks_everything_still_prints() -> None:
    assert explained({}) == "  released\n  won   nobody: it stays as it is"


def test_a_document_of_another_shape_is_not_guessed_at() -> None:
    document = {
        "camera": "dome",
        "at": "yesterday",
        "aim": "up",
        "won": {"preset": "gate", "targets": "T1", "clauses": [3, {"text": 1}], "until": "later"},
        "lost": "nobody",
    }

    assert explained(document).startswith("dome  gate   yesterday, held until later")


def test_what_is_set_of_a_picture_is_explained_for_a_fixed_camera_too() -> None:
    storm = """\
policy: storm
version: 1
because: Rain.
band: analytics
on: {enters: [south], who: person}
do:
  - imaging: {cameras: [fixed, west-ptz], set: {brightness: 60 %, ir_cut: off}, for: 5s}
"""
    night = Night(yard(storm))
    night.run(0.5, person("T1", 10, 5))

    assert (
        texts(night, CameraId("fixed"))[-1]
        == """\
fixed  22:15:00.000
  won   nobody: it stays as it is
  set   storm                  analytics  policies/0/policy.yaml:7
          brightness: 60 % until 22:15:05
  set   storm                  analytics  policies/0/policy.yaml:7
          ir_cut: off until 22:15:05"""
    )


def failed(what: str, reason: str) -> TrimSeen:
    return TrimSeen(CameraId("fixed"), 1000.5, (what,), TrimEnd.FAILED, reason)


def test_what_a_camera_refused_to_be_set_to_is_explained_with_the_clauses_that_asked_for_it() -> (
    None
):
    storm = """\
policy: storm
version: 1
because: Rain.
band: analytics
on: {enters: [south], who: person}
when: target.confidence > 0.5
do:
  - imaging: {cameras: [fixed], set: {brightness: 60 %}, for: 5s}
"""
    night = Night(yard(storm))
    night.run(0.5, person("T1", 10, 5))
    night.seen.append(failed("brightness", "fixed refuses SetImagingSettings: value too high"))
    night.tick(person("T1", 10, 5))

    assert (
        texts(night, CameraId("fixed"))[-1]
        == """\
fixed  22:15:00.500
  won   nobody: it stays as it is
  set   storm                  analytics  policies/0/policy.yaml:8
          brightness: 60 % until 22:15:05
  fail  storm                  analytics  policies/0/policy.yaml:8
          brightness: 60 %: fixed refuses SetImagingSettings: value too high
          [x] person enters south                target T1, 22:14:59.0, confidence 0.90
          [x] target.confidence > 0.5            confidence = 0.9"""
    )


def test_what_could_not_be_put_back_is_explained_though_nobody_has_it_any_more() -> None:
    night = Night(yard())
    night.seen.append(failed("brightness", "fixed does not answer"))
    night.tick()

    assert texts(night, CameraId("fixed"))[-1].splitlines()[-2:] == [
        "  fail  put back",
        "          brightness: fixed does not answer",
    ]
