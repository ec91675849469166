"""An alarm that nobody acknowledges in time is told to the next in line."""

from orchestrator.domain.ids import NoticeId
from orchestrator.domain.intent import Acknowledged, Alarm, Notice
from orchestrator.domain.sighting import Acknowledge
from tests.fakes.arbitration_site import SITE, Night, person, yard

RULE = """\
policy: shout
version: 1
because: Nobody works here.
band: alarm
on: {enters: [south], who: person}
cooldown: 10m
do:
  - alarm: {severity: high, say: "Person", to: desk, acknowledge_within: 5s, then: [boss, chief]}
"""
PEOPLE = "people:\n  desk: {mail: desk@yard.example}\n"
MORE = f"{PEOPLE}  boss: {{mail: b@yard.example}}\n  chief: {{mail: c@yard.example}}\n"
SOMEBODY = person("T1", 10.0, 5.0)


def night() -> Night:
    return Night(yard(RULE, text=SITE.replace(PEOPLE, MORE)))


def alarms(lived: Night) -> list[tuple[Notice, Alarm]]:
    notices = [notice for decision in lived.decisions for notice in decision.notices]
    return [(one, one.fact) for one in notices if isinstance(one.fact, Alarm)]


def test_the_next_in_line_is_told_each_time_the_time_is_over_and_nobody_after_the_last() -> None:
    lived = night()
    lived.run(30.0, SOMEBODY)

    told = [(round(notice.at_s - 1000.0), alarm.to) for notice, alarm in alarms(lived)]
    assert told == [(0, ("desk",)), (5, ("boss",)), (10, ("chief",))]
    first, *others = alarms(lived)
    assert first[1].escalates is None
    assert all(alarm.escalates == first[0].id for _, alarm in others)
    assert lived.world.desk.alarms == {}


def test_who_acknowledges_in_time_ends_it_and_is_named() -> None:
    lived = night()
    lived.run(1.0, SOMEBODY)
    [(notice, _)] = alarms(lived)
    lived.tick(SOMEBODY, orders=[lived.order(Acknowledge(notice.id))])
    lived.run(30.0, SOMEBODY)

    assert len(alarms(lived)) == 1
    assert lived.answers() == [("accepted", ""), ("done", "")]
    facts = [notice.fact for decision in lived.decisions for notice in decision.notices]
    [said] = [fact for fact in facts if isinstance(fact, Acknowledged)]
    assert (said.alarm, said.actor, said.policy) == (notice.id, "anna", "shout")


def test_an_escalation_is_acknowledged_as_well_as_the_first_alarm() -> None:
    lived = night()
    lived.run(7.0, SOMEBODY)
    escalation = alarms(lived)[-1][0].id
    lived.tick(SOMEBODY, orders=[lived.order(Acknowledge(escalation))])
    lived.run(20.0, SOMEBODY)

    assert len(alarms(lived)) == 2


def test_an_alarm_that_does_not_wait_is_not_acknowledged() -> None:
    lived = night()
    lived.tick(orders=[lived.order(Acknowledge(NoticeId("t-n99")))])

    assert lived.answers() == [("rejected", "invalid")]
