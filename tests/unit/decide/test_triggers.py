"""What starts a policy, whatever it is about, and what is told, claimed and ended then."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.decide import decided
from orchestrator.decide.examined import examined
from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.cause import ByCamera, BySite, ByTarget, ByZone
from orchestrator.domain.desk import Case, Desk
from orchestrator.domain.ids import CameraId, CommandId, PersonName, TargetId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Alarm, Decision, PolicyMoved
from orchestrator.domain.sighting import CameraReported, Command, Kind, Report, SetFlag
from orchestrator.domain.site import Site
from orchestrator.domain.target import Target
from orchestrator.domain.world import CameraState, World
from orchestrator.recognise import recognised, with_report
from orchestrator.topology import built
from tests.fakes.arbitration_site import AIMS, EVENING, SITE, passport, person

TICK_S = 0.2
LINES = "lines:\n  fence: {from: [0, 14], to: [40, 14]}\nflags: {storm: false}\n"
FIXED, WEST, EAST = CameraId("fixed"), CameraId("west-ptz"), CameraId("east-ptz")


def yard(policy: str) -> Site:
    site = parsed_site(SITE.replace("calendars:\n", f"{LINES}calendars:\n"), "site.yaml")
    head = "policy: tried\nversion: 1\nbecause: Somebody wants it.\nband: alarm\n"
    site = replace(site, policies=parsed_policies([("p.yaml", head + policy)], site))
    passports = {camera.id: passport(site, camera.id) for camera in site.cameras}
    return replace(site, topology=built(site, passports))


@dataclass
class Evening:
    """An evening in which people are where a test says, recognised and decided as in service."""

    site: Site
    now: Instant = EVENING
    world: World = field(default_factory=lambda: World(desk=Desk(run="t")))
    decisions: list[Decision] = field(default_factory=list)
    reported: dict[CameraId, CameraState] = field(default_factory=dict)

    def says(self, camera: CameraId, report: Report, *, active: bool = True) -> None:
        state = self.reported.get(camera, CameraState(LinkState.ONLINE))
        event = CameraReported(camera, report, active, self.now.mono_s)
        self.reported[camera] = replace(state, reported=with_report(state.reported, event))

    def sets(self, flag: str, *, up: bool) -> None:
        order = SetFlag(flag, up)
        command = Command(CommandId("c1"), PersonName("anna"), self.now.mono_s, order)
        self.world, decision = decided(self.site, self.world, (command,), self.now)
        self.decisions.append(decision)

    def run(self, seconds: float, *targets: Target) -> None:
        for _ in range(round(seconds / TICK_S)):
            world = replace(self.world, now_s=self.now.mono_s, targets=targets, cameras=self.states)
            world = recognised(self.site, world, self.now)
            self.world, decision = decided(self.site, world, (), self.now)
            self.decisions.append(decision)
            self.now = self.now.later(TICK_S)

    @property
    def states(self) -> dict[CameraId, CameraState]:
        return {
            camera.id: replace(
                self.reported.get(camera.id, CameraState(LinkState.ONLINE)),
                aim=Aim(90.0, -22.0, 60.0) if camera.id in AIMS else None,
            )
            for camera in self.site.cameras
        }

    def facts(self) -> list[object]:
        return [notice.fact for decision in self.decisions for notice in decision.notices]

    def moved(self) -> list[str]:
        return [fact.what for fact in self.facts() if isinstance(fact, PolicyMoved)]

    def said(self) -> list[str]:
        return [fact.say for fact in self.facts() if isinstance(fact, Alarm)]

    def cases(self) -> list[Case]:
        return list(self.world.desk.cases.values())


def crowd(count: int, y_m: float = 6.0) -> tuple[Target, ...]:
    return tuple(person(f"T{number}", 2.0 + number, y_m) for number in range(count))


STAYS = """\
on: {stays: south, who: person, for: 4s}
do:
  - alarm: {severity: low, say: "{kind} {target} stays in {zone}"}
"""


def test_who_stays_long_enough_starts_a_policy_and_who_passes_does_not() -> None:
    evening = Evening(yard(STAYS))

    evening.run(3.8, person("T1", 9, 6), person("T2", 9, 20))
    assert evening.moved() == []
    evening.run(1.0, person("T1", 9, 6), person("T2", 9, 20))

    assert evening.said() == ["person T1 stays in south"]
    assert [case.cause for case in evening.cases()] == [ByTarget(TargetId("T1"))]


CROSSES = """\
on: {{crosses: fence, who: person, towards: {way}}}
hold: 400ms
do:
  - alarm: {{severity: low, say: "{{target}} over {{line}}, {{towards}}"}}
"""


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("in", ["T1 over fence, in"]),
        ("out", ["T1 over fence, out"]),
        ("both", ["T1 over fence, in"]),
    ],
)
def test_a_line_is_crossed_the_way_that_is_asked_for(way: str, said: list[str]) -> None:
    evening = Evening(yard(CROSSES.format(way=way)))

    for y in (10, 18, 18, 18, 10, 10, 10):
        evening.run(TICK_S * 2, person("T1", 9, y))

    assert evening.said() == said


def test_who_comes_back_over_a_line_before_it_was_held_has_started_nothing() -> None:
    evening = Evening(yard(CROSSES.format(way="in")))

    for y in (10, 18, 10, 10):
        evening.run(TICK_S, person("T1", 9, y))

    assert evening.said() == []


OCCUPIED = """\
on: {occupied: [south, north], who: person}
when: zone.count >= 5
clear_when: zone.count < 3
hold: 600ms
clear: 400ms
do:
  - look: {at: zone, for: 400ms}
  - alarm: {severity: low, say: "{count} in {zone}"}
"""


def test_a_crowd_starts_a_policy_whose_cause_is_the_zone() -> None:
    evening = Evening(yard(OCCUPIED))

    evening.run(2.0, *crowd(5), *crowd(2, 20.0))

    [case] = evening.cases()
    assert (case.cause, case.zone) == (ByZone(case.zone or evening.site.zones[0].id), "south")
    assert evening.said() == ["5 in south"]
    alarm = next(fact for fact in evening.facts() if isinstance(fact, Alarm))
    assert (alarm.target, alarm.zone, alarm.camera) == (None, "south", None)


def test_the_best_view_of_a_crowded_zone_is_shown_for_nobody_in_particular() -> None:
    evening = Evening(yard(OCCUPIED))

    evening.run(2.0, *crowd(5))

    grants = [grant for grant in evening.decisions[-1].intents if grant.reason.policy == "tried"]
    assert [(grant.preset, grant.targets) for grant in grants] == [("south", ())]


def test_a_crowd_that_thins_out_ends_a_policy_only_when_it_has_cleared() -> None:
    evening = Evening(yard(OCCUPIED))
    evening.run(2.0, *crowd(5))

    evening.run(6.0, *crowd(3))
    assert evening.moved() == ["started"]
    evening.run(2.0, *crowd(2))

    assert evening.moved() == ["started", "ended"]


def test_a_crowd_that_never_was_large_enough_is_not_kept_by_what_may_end_it() -> None:
    evening = Evening(yard(OCCUPIED))

    evening.run(4.0, *crowd(4))

    assert evening.moved() == []
    assert evening.cases() == []


REPORTS = """\
on: {reports: [tamper, input]}
hold: 400ms
do:
  - look: {at: camera, for: 5s}
  - alarm: {severity: high, say: "{camera}: {report}"}
"""


def test_what_a_camera_says_itself_starts_a_policy_whose_cause_is_the_camera() -> None:
    evening = Evening(yard(REPORTS))
    evening.says(EAST, Report.TAMPER)
    evening.says(WEST, Report.MOTION)

    evening.run(2.0)

    assert evening.said() == ["east-ptz: tamper"]
    assert [case.cause for case in evening.cases()] == [ByCamera(EAST)]
    alarm = next(fact for fact in evening.facts() if isinstance(fact, Alarm))
    assert (alarm.target, alarm.zone, alarm.camera) == (None, None, EAST)


def test_a_camera_that_was_tampered_with_is_looked_at_by_another() -> None:
    evening = Evening(yard(REPORTS))
    evening.says(EAST, Report.TAMPER)

    evening.run(2.0)

    cameras = {g.camera for g in evening.decisions[-1].intents if g.reason.policy == "tried"}
    assert cameras == {WEST}


def test_a_report_that_ends_before_it_was_held_starts_nothing() -> None:
    evening = Evening(yard(REPORTS.replace("400ms", "2s")))
    evening.says(EAST, Report.TAMPER)
    evening.run(1.0)
    evening.says(EAST, Report.TAMPER, active=False)

    evening.run(3.0)

    assert evening.moved() == []


FLAGGED = "on: {site: storm}\nclear: 400ms\ndo:\n  - look: {at: north, for: 400ms}\n"


def test_a_flag_that_an_operator_sets_starts_a_policy_of_the_site() -> None:
    evening = Evening(yard(FLAGGED))
    evening.run(1.0)
    assert evening.cases() == []

    evening.sets("storm", up=True)
    evening.run(1.0)
    assert [case.cause for case in evening.cases()] == [BySite()]
    evening.sets("storm", up=False)
    evening.run(2.0)

    assert evening.moved() == ["started", "ended"]


def test_a_condition_reads_a_flag_as_it_was_set_last() -> None:
    evening = Evening(yard("on: {enters: south, who: person}\nwhen: site.storm\n" + FLAGGED[18:]))
    evening.run(1.0, *crowd(1))
    assert evening.moved() == []

    evening.sets("storm", up=True)
    evening.run(1.0, *crowd(1))

    assert evening.moved() == ["started"]


def test_a_flag_that_the_site_has_not_is_refused() -> None:
    evening = Evening(yard(FLAGGED))

    evening.sets("strom", up=True)

    assert any("did you mean `storm`?" in getattr(fact, "say", "") for fact in evening.facts())


def test_what_may_end_a_policy_is_examined_by_the_name_of_its_key() -> None:
    evening = Evening(yard(OCCUPIED))
    evening.run(1.0, *crowd(5))

    said = {
        clause.text: clause.held for _, clause in examined(evening.site, evening.world, evening.now)
    }

    assert said == {
        "south or north occupied by person": True,
        "zone.count >= 5": True,
        "clear when zone.count < 3": False,
    }


PLACES = st.tuples(st.floats(-5, 45), st.floats(-5, 35), st.sampled_from((Kind.PERSON, Kind.BIKE)))


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(PLACES, max_size=12))
def test_a_zone_counts_exactly_those_of_its_kinds_who_are_in_it(
    people: list[tuple[float, float, Kind]],
) -> None:
    site = yard("on: {occupied: [south, north, bench], who: person}\n" + FLAGGED[18:])
    targets = [
        replace(person(f"T{number}", x, y), kind=kind) for number, (x, y, kind) in enumerate(people)
    ]

    facts = _counted(site, targets)

    assert facts == {
        zone.id: count
        for zone in site.zones
        if (
            count := sum(
                kind is Kind.PERSON and shapely.contains_xy(shapely.Polygon(zone.ring_m), x, y)
                for x, y, kind in people
            )
        )
    }


def _counted(site: Site, targets: Sequence[Target]) -> dict[str, int]:
    evening = Evening(site)
    evening.run(TICK_S, *targets)
    clauses = examined(site, evening.world, evening.now)
    found = [clause.found for _, clause in clauses if clause.held]
    return {words.split(" in ")[1].split(",")[0]: int(words.split(" ")[0]) for words in found}


TRIGGERS = (
    "{enters: south, who: person}",
    "{stays: south, who: person, for: 1s}",
    "{crosses: fence, who: person}",
    "{occupied: south, who: person}",
    "{reports: motion}",
    "{site: storm}",
)
STEPS = st.lists(
    st.tuples(st.floats(10, 18), st.booleans(), st.booleans()), min_size=1, max_size=25
)


@pytest.mark.slow
@pytest.mark.parametrize("on", TRIGGERS)
@settings(max_examples=12)
@given(steps=STEPS)
def test_no_trigger_ever_starts_a_policy_without_its_hold(
    on: str, steps: list[tuple[float, bool, bool]]
) -> None:
    hold_s = 1.0
    site = yard(f"on: {on}\nhold: {hold_s:g}s\n" + FLAGGED[18:])
    evening, since = Evening(site), Counter[object]()
    for y, says, flag in steps:
        evening.says(FIXED, Report.MOTION, active=says)
        evening.world = replace(
            evening.world, desk=replace(evening.world.desk, flags={"storm": flag})
        )
        evening.run(TICK_S, person("T1", 9, y))
        met = {case.cause for case in evening.cases() if case.met_s is not None}
        since = Counter({cause: since[cause] + 1 for cause in met})
        for case in evening.cases():
            if case.started_s == evening.world.now_s:
                assert (since[case.cause] - 1) * TICK_S >= hold_s - 1e-6
