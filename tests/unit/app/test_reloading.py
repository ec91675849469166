"""Rules swapped under a running service, in virtual time: what it says of it, and to whom."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.app import Doors, Service
from orchestrator.app.reloading import SURE_S
from orchestrator.domain.calendar import Calendar, CalendarName, Window
from orchestrator.domain.instant import Instant
from orchestrator.domain.policy import Act, PolicySet
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, Finding
from orchestrator.ports import Message
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.camera_link import FakeCameras
from tests.fakes.clock import VirtualClock, settled
from tests.fakes.desk import desk_secrets, desk_site
from tests.fakes.files import MemoryFiles, fingerprinted
from tests.fakes.frames import FakeFrames
from tests.fakes.private_site import with_bench
from tests.fakes.store import MemoryStore

PREFIX = "orchestrator/depot"
SITE = fingerprinted(replace(desk_site(), cameras=desk_site().cameras[:1]))
NIGHT = Calendar(CalendarName("night"), daily=(Window(1320, 300),))
CHANGED = fingerprinted(replace(SITE, calendars=(NIGHT,), policies=PolicySet()))
TYPO = Finding(
    "policies/x/policy.yaml", 5, 14, "unknown zone `yrad`", "did you mean `yard`?", "on: ...", 4
)


class TurnedPages:
    """The ``Wakeups`` port that only remembers whom it is to follow."""

    def __init__(self) -> None:
        self.followed: list[Callable[[Instant], Instant]] = []

    def follow(self, coming: Callable[[Instant], Instant]) -> None:
        self.followed.append(coming)

    async def next(self) -> None:
        await asyncio.Event().wait()


class Depot:
    """A running service whose files a test writes."""

    def __init__(self, site: Site = SITE) -> None:
        self.clock = VirtualClock()
        self.broker = MemoryBroker()
        self.files = MemoryFiles(site)
        self.wakeups = TurnedPages()
        doors = Doors(
            cameras=FakeCameras({}, self.clock),
            frames=FakeFrames(),
            detector=None,
            bus=MemoryBus(self.broker),
            store=MemoryStore(),
            secrets=desk_secrets(),
            clock=self.clock,
            fresh=self.clock,
            wakeups=self.wakeups,
            files=self.files,
        )
        self.service = Service(site, doors, approvals=[], run="r")

    async def write(self, written: Site | AuthorError) -> None:
        self.files.write(written)
        await settled()
        await self.clock.advance(1.0)

    async def ask(self, user: str, id_: str) -> None:
        body = {"id": id_, "issued_at": self.clock.now().wall.isoformat()}
        topic = f"{PREFIX}/cmd/{user}/site/depot/reload"
        self.broker.take(Message(topic, json.dumps(body).encode()))
        await self.clock.advance(1.0)

    def status(self) -> dict[str, object]:
        rules = json.loads(self.broker.retained[f"{PREFIX}/status"].payload)["rules"]
        assert isinstance(rules, dict)
        return rules

    def events(self) -> list[dict[str, object]]:
        return [json.loads(one.payload) for one in self.broker.on(f"{PREFIX}/event/set/site")]

    def answers(self, user: str) -> list[tuple[str, str, str]]:
        heard = self.broker.on(f"{PREFIX}/reply/{user}/default")
        bodies = [json.loads(message.payload) for message in heard]
        return [(body["step"], body["code"], body["say"]) for body in bodies]


@asynccontextmanager
async def serving(site: Site = SITE) -> AsyncIterator[Depot]:
    depot = Depot(site)
    task = asyncio.create_task(depot.service.run())
    await depot.clock.advance(2.0)
    yield depot
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_status_tells_which_rules_are_in_force_and_since_when() -> None:
    async with serving() as depot:
        status = depot.status()

        assert status["fingerprint"] == SITE.fingerprint
        assert (status["policies"], status["patrols"], status["privacy"]) == (0, 1, 0)
        assert (status["refused"], status["awaiting"]) == ([], [])


async def test_changed_files_come_into_force_by_themselves_and_it_is_told() -> None:
    async with serving() as depot:
        await depot.write(CHANGED)

        [event] = depot.events()
        assert event["what"] == "in force"
        assert event["fingerprint"] == CHANGED.fingerprint
        assert event["changes"] == ["patrol `night-tour` removed", "calendars changed"]
        assert depot.status()["fingerprint"] == CHANGED.fingerprint
        since = depot.clock.now().wall - timedelta(seconds=1.0)
        assert depot.status()["since"] == since.isoformat().replace("+00:00", "Z")
        first, second = depot.wakeups.followed
        evening = Instant(0.0, datetime(2026, 3, 10, 20, 59, tzinfo=UTC))
        assert first(evening) == second(evening) == evening.later(60.0), "both ask what is in force"


async def test_a_mistake_leaves_the_old_rules_in_force_and_is_told_with_its_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with serving() as depot:
        await depot.write(AuthorError([TYPO]))

        [event] = depot.events()
        assert (event["what"], event["fingerprint"]) == ("refused", SITE.fingerprint)
        told = {
            "path": "policies/x/policy.yaml",
            "line": 5,
            "column": 14,
            "message": "unknown zone `yrad`",
            "hint": "did you mean `yard`?",
        }
        assert event["findings"] == [told]
        assert depot.status()["refused"] == [told]
        assert depot.status()["fingerprint"] == SITE.fingerprint
        assert depot.status()["patrols"] == 1
        assert "policies/x/policy.yaml:5:14: unknown zone" in capsys.readouterr().out


async def test_a_mended_file_goes_live_by_itself() -> None:
    async with serving() as depot:
        await depot.write(AuthorError([TYPO]))
        await depot.write(CHANGED)

        assert [event["what"] for event in depot.events()] == ["refused", "in force"]
        assert depot.status()["refused"] == []
        assert depot.status()["fingerprint"] == CHANGED.fingerprint


async def test_a_mistake_taken_back_is_told_though_nothing_has_changed() -> None:
    async with serving() as depot:
        await depot.write(AuthorError([TYPO]))
        await depot.write(SITE)

        assert [event["what"] for event in depot.events()] == ["refused", "in force"]
        assert depot.events()[-1]["changes"] == []


async def test_a_touched_file_is_no_news() -> None:
    async with serving() as depot:
        await depot.write(SITE)

        assert depot.files.reads == 1
        assert depot.events() == []


async def test_what_needs_a_restart_is_told_and_the_rest_applied() -> None:
    moved = replace(SITE.cameras[0], host="192.0.2.99")
    async with serving() as depot:
        await depot.write(replace(CHANGED, cameras=(moved,)))

        sentence = f"camera `{moved.id}` has its new address at a restart"
        assert depot.events()[0]["awaiting"] == [sentence]
        assert depot.status()["awaiting"] == [sentence]
        assert depot.status()["fingerprint"] == CHANGED.fingerprint


async def test_an_engineer_may_ask_for_it_and_hears_what_came_of_it() -> None:
    async with serving() as depot:
        await depot.ask("bert", "r1")
        depot.files.write(AuthorError([TYPO, TYPO]), noticed=False)
        await depot.ask("bert", "r2")

        steps = depot.answers("bert")
        assert [step for step, _, _ in steps] == ["accepted", "done", "accepted", "failed"]
        assert steps[1][2] == f"{SITE.short_fingerprint} is in force: nothing has changed"
        assert "policy.yaml:5:14: unknown zone `yrad` (and 1 more)" in steps[3][2]


async def test_an_operator_may_not_ask_for_it() -> None:
    async with serving() as depot:
        await depot.ask("anna", "r1")

        [(step, code, say)] = depot.answers("anna")
        assert (step, code) == ("rejected", "unauthorised")
        assert "is for engineers" in say
        assert depot.files.reads == 0


async def test_a_hang_up_reads_the_files_again() -> None:
    async with serving() as depot:
        depot.files.write(CHANGED, noticed=False)
        depot.service.reload()
        await depot.clock.advance(1.0)

        assert depot.status()["fingerprint"] == CHANGED.fingerprint


async def test_a_privacy_rule_that_is_gone_is_looked_for_once_more_before_it_is_let_go() -> None:
    private = fingerprinted(with_bench(SITE, Act.LOOK))
    async with serving(private) as depot:
        depot.files.write(replace(private, policies=PolicySet()))
        await depot.clock.advance(SURE_S - 0.5)
        depot.files.write(private)
        await depot.clock.advance(SURE_S)
        assert depot.events() == []

        depot.files.write(replace(private, policies=PolicySet()))
        await depot.clock.advance(SURE_S + 1.0)
        assert depot.events()[0]["changes"] == ["privacy rule `bench` removed"]


async def test_a_map_drawn_with_the_old_rules_does_not_bring_them_back() -> None:
    async with serving() as depot:
        depot.service._survey.put(True)
        depot.files.write(CHANGED)
        await depot.clock.advance(2.0)

        assert depot.service._mind.site.fingerprint == CHANGED.fingerprint
