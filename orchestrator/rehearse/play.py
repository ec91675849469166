"""A case played from its first second to its last, from one event to the next.

Time goes in steps of a fifth of a second, as a service's mind ticks. A tick that changes nothing
tells how long nothing will change while nothing is given, and those ticks are passed over: what is
decided, and when, is the same as if all of them were played.

Who is given is taken as tracked perfectly: policies are tried here, not cameras. Whoever walks is
expected by hand-off as in service; what an author gives as expected is expected besides.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor, inf

from orchestrator.decide import coming, decided, examined
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Clause, Decision
from orchestrator.domain.policy_case import PolicyCase
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.handoff import handed_off
from orchestrator.recognise import recognised
from orchestrator.rehearse.cast import Cast
from orchestrator.rehearse.flow import Ledger
from orchestrator.rehearse.heads import Glimpse, Heads
from orchestrator.rehearse.steady import Steady

TICK_S = 0.2
SOONER_S = 1e-6
"""A moment is due this much before it is, since differences of floats are rounded."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was decided, and how every clause of every policy stood, ``at_s`` into the case."""

    at_s: float
    decision: Decision
    clauses: tuple[tuple[PolicyName, Clause], ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A case as it went: the moments at which something changed, and what heads looked at.

    The last moment by which something is expected is always among them.
    """

    moments: tuple[Moment, ...]
    glimpses: tuple[Glimpse, ...]


def rehearsed(
    site: Site, case: PolicyCase, *, every_tick: bool = False, besides: Iterable[int] = ()
) -> Rehearsal:
    """Play a case; ``site.topology`` has to be built.

    A policy in shadow is in force in its own cases: they say what it shall do once it is. Ticks in
    which nothing can happen are passed over; ``every_tick`` plays and keeps them all the same, and
    those of ``besides`` are kept in any case.
    """
    rules = site.policies.enforcing(case.source.path.rpartition("/cases/")[0])
    if rules != site.policies:  # else the site stays the same object, whose chart is drawn
        site = replace(site, policies=rules)
    play = _Play(site, case, besides)
    return play.whole() if every_tick else play.from_event_to_event()


def rehearsed_beside(sites: Sequence[Site], case: PolicyCase) -> tuple[Rehearsal, ...]:
    """Play a case on several sites; each keeps the moments at which something changed on any."""
    alone = [rehearsed(site, case) for site in sites]
    ticks = {round(moment.at_s / TICK_S) for one in alone for moment in one.moments}
    return tuple(
        one if len(one.moments) == len(ticks) else rehearsed(site, case, besides=ticks)
        for site, one in zip(sites, alone, strict=True)
    )


class _Play:
    """A case under way."""

    def __init__(self, site: Site, case: PolicyCase, besides: Iterable[int]) -> None:
        self._site = site
        self._start = Instant(0.0, case.at)
        self._last = round(case.length_s / TICK_S)
        self._heads, self._cast = Heads(site), Cast(case)
        self._world = World(desk=Desk(run="case", flags=dict(case.flags)))
        due_s = [one.by_s for one in case.expect if one.by_s is not None]
        self._judged = sorted({*(_last_by(by_s) for by_s in due_s), *besides})
        self._wall_s = -inf
        """When the hour alone may change something."""
        self._ledger: Ledger | None = None
        self._quiet = False
        """Whether the next tick is given what the last one was: nobody walks, or has just crossed a line."""

    def whole(self) -> Rehearsal:
        """Play every tick."""
        moments = []
        for tick in range(self._last + 1):
            now = self._start.later(tick * TICK_S)
            moments.append(self._moment(now))
        return Rehearsal(tuple(moments), tuple(self._heads.glimpses))

    def from_event_to_event(self) -> Rehearsal:
        """Play the ticks in which something may change, and keep those in which something does."""
        ledger = self._ledger = Ledger()
        steady = Steady(TICK_S)
        moments: list[Moment] = []
        kept, tick = frozenset(self._judged), 0
        while tick <= self._last:
            at, before = self._start.later(tick * TICK_S), self._world.desk
            now = Instant(ledger.begin(at.mono_s), at.wall)
            moment = self._moment(now)
            same = steady.same(before, self._world.desk)
            if not (moments and same and _alike(moments[-1], moment)) or tick in kept:
                moments.append(moment)
            tick += 1
            if same and self._quiet:
                tick = max(tick, self._next(tick - 1, at, at.mono_s + ledger.wait_s))
                desk = steady.until(self._world.desk, (tick - 1) * TICK_S)
                self._world = replace(self._world, desk=desk)
        return Rehearsal(tuple(moments), tuple(self._heads.glimpses))

    def _moment(self, now: Instant) -> Moment:
        """Play one tick; ``now`` may be a time that tells the ledger what it is compared with."""
        at_s = float(now.mono_s)
        seen = [*self._heads.arrived(at_s), *self._cast.orders(at_s, self._world.desk)]
        self._cast.advance(at_s)
        before = self._world
        world = replace(
            before,
            now_s=now.mono_s,
            cameras=self._cast.saying(self._heads.states(at_s)),
            targets=self._cast.targets(at_s),
        )
        world = handed_off(self._site, recognised(self._site, world, self._loosely(now)), now)
        if expected := self._cast.arrivals():
            world = replace(world, arrivals=(*world.arrivals, *expected))
        clauses = self._examined(world, now)
        self._world, decision = decided(self._site, world, seen, now)
        self._heads.turned(decision.intents, at_s)
        self._quiet = not seen and not self._heads.turning and self._cast.stands(at_s)
        self._quiet &= world.crossings is before.crossings
        return Moment(at_s, decision, clauses)

    def _examined(self, world: World, now: Instant) -> tuple[tuple[PolicyName, Clause], ...]:
        """Return how every clause stands; nobody decides by the words in which it is found."""
        if self._ledger is None:
            return tuple(examined(self._site, world, now))
        self._ledger.texts = False
        clauses = tuple(examined(self._site, world, now))
        self._ledger.texts = True
        return clauses

    def _loosely(self, now: Instant) -> Instant:
        """Return a moment as that from which something is so: will it be so from then on?"""
        return now if self._ledger is None else Instant(self._ledger.either(), now.wall)

    def _next(self, tick: int, at: Instant, due_s: float) -> int:
        """Return the tick that is to be played after one that would go on as it is."""
        if at.mono_s >= self._wall_s:
            self._wall_s = coming(self._site, at).mono_s
        number = bisect_right(self._judged, tick)
        judged = self._judged[number : number + 1]
        due_s = min(due_s, self._wall_s, self._cast.next_s, self._last * TICK_S)
        return min(_first_from(due_s), *judged, self._last)


def _first_from(due_s: float) -> int:
    """Return the first tick from a moment on; rather one too soon than one too late."""
    tick = floor(due_s / TICK_S)
    return tick + 1 if tick * TICK_S < due_s - SOONER_S else tick


def _last_by(by_s: float) -> int:
    """Return the last tick up to a moment.

    >>> _last_by(0.6), _last_by(0.79), 3 * TICK_S <= 0.6
    (2, 3, False)
    """
    tick = floor(by_s / TICK_S) + 1
    while tick * TICK_S > by_s:
        tick -= 1
    return tick


def _alike(before: Moment, after: Moment) -> bool:
    """Say whether nothing is said at a moment, and every clause stands as it did."""
    decision = after.decision
    if decision.notices or decision.judgements or decision.shadows:
        return False
    if decision.attention != before.decision.attention:
        return False
    return len(before.clauses) == len(after.clauses) and all(
        clause is clause2
        or (name == name2 and clause.text == clause2.text and clause.held == clause2.held)
        for (name, clause), (name2, clause2) in zip(before.clauses, after.clauses, strict=True)
    )
