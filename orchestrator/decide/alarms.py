"""Alarms that wait to be acknowledged: who does, and who is told when nobody does in time.

An alarm that says `acknowledge_within` waits. When that time is over, the first of its `then` is
told by an alarm of its own, which names the first one; the same time later the next, until
somebody acknowledges any of them or nobody is left.
"""

from dataclasses import replace

from orchestrator.decide.steps import Tick
from orchestrator.domain.ids import NoticeId
from orchestrator.domain.intent import Acknowledged, Alarm, OpenAlarm, Step
from orchestrator.domain.policy import Raise
from orchestrator.domain.sighting import Acknowledge, Command

OPEN_MAX = 1000
"""So many alarms are remembered; the oldest are forgotten first."""


def raised(action: Raise, alarm: Alarm, tick: Tick) -> None:
    """Tell an alarm, and remember it if somebody has to acknowledge it."""
    name = tick.tell(alarm)
    within_s = action.acknowledge_within_s
    if within_s is not None:
        tick.alarms[name] = OpenAlarm(alarm, (name,), within_s, action.then, tick.now_s + within_s)
        for oldest in list(tick.alarms)[: max(0, len(tick.alarms) - OPEN_MAX)]:
            del tick.alarms[oldest]


def escalated(tick: Tick) -> None:
    """Tell the next in line of every alarm that nobody acknowledged in time."""
    for name, waiting in list(tick.alarms.items()):
        if tick.now_s < waiting.due_s:
            continue
        if not waiting.then:
            del tick.alarms[name]
            continue
        [following, *left] = waiting.then
        told = tick.tell(replace(waiting.alarm, to=(following,), escalates=name))
        tick.alarms[name] = replace(
            waiting,
            names=(*waiting.names, told),
            then=tuple(left),
            due_s=waiting.due_s + waiting.within_s,
        )


def acknowledged(command: Command, order: Acknowledge, tick: Tick) -> None:
    """Take an alarm from those that wait, and say who answered for it."""
    found = first_of(order.alarm, tick)
    if found is None:
        say = f"alarm `{order.alarm}` does not wait to be acknowledged: it was, or it is too old"
        tick.answer(command.id, Step.REJECTED, "invalid", say)
        return
    waiting = tick.alarms.pop(found)
    alarm = waiting.alarm
    tick.tell(Acknowledged(found, command.actor, alarm.policy, alarm.zone))
    tick.answer(command.id, Step.ACCEPTED)
    tick.answer(command.id, Step.DONE)


def first_of(alarm: NoticeId, tick: Tick) -> NoticeId | None:
    """Return the alarm that waits under a name: its own, or that of one of its escalations."""
    return next((name for name, each in tick.alarms.items() if alarm in each.names), None)
