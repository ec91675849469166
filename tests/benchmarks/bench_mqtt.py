"""How long a command takes over a broker, from an operator's console to its first answer and back.

``python -m tests.benchmarks.bench_mqtt [COUNT]`` sends commands one at a time through the whole
of ``tell``: broker, decoding, authorisation, receipt in SQLite (synchronous FULL), delivery, an
answer kept in SQLite, broker. The last line is JSON, in milliseconds.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import structlog

from orchestrator.adapters.mqtt import AiomqttBus
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import NoticeId
from orchestrator.domain.intent import Answer, Decision, Notice, Step
from orchestrator.domain.sighting import Command
from orchestrator.domain.world import World
from orchestrator.ports import Bus, Message, Store
from orchestrator.tell import Tell, Topics, farewell
from tests.fakes.brokers import BrokerProcess, BuiltIn, Mosquitto, has_mosquitto, running
from tests.fakes.desk import YARD, desk_secrets
from tests.fakes.store import MemoryStore

TOPICS = Topics("depot")
GOTO = f"{TOPICS.prefix}/cmd/anna/camera/{YARD}/goto_preset"
PACE_S = 0.21
"""A camera takes five commands a second."""


def bus(broker: BrokerProcess, login: str, will: Message | None = None) -> AiomqttBus:
    place = broker.site.broker
    assert place is not None
    credentials = desk_secrets().credentials(login)
    return AiomqttBus(host=place.host, port=place.port, credentials=credentials, will=will)


def answering(broker: BrokerProcess, store: Store) -> Tell:
    """Return a telling whose mind accepts every command in the moment it is delivered."""
    clock = SystemClock()

    def deliver(command: Command) -> bool:
        fact = Answer(command.id, Step.ACCEPTED)
        notice = Notice(NoticeId(uuid.uuid4().hex), clock.now().mono_s, fact)
        tell.tick(World(), Decision(notices=(notice,)))
        return True

    service = bus(broker, "broker", farewell(broker.site))
    tell = Tell(broker.site, bus=service, store=store, clock=clock, deliver=deliver)
    return tell


async def round_trips_ms(console: Bus, count: int) -> list[float]:
    """Send commands, one after the other is answered; return how long each answer took."""
    answers = console.messages()
    taken: list[float] = []
    for _ in range(count):
        id_ = uuid.uuid4().hex
        body = {"id": id_, "issued_at": datetime.now(UTC).isoformat(), "args": {"preset": "gate"}}
        began_s = time.perf_counter()
        await console.publish(Message(GOTO, json.dumps(body).encode()))
        while json.loads((await anext(answers)).payload)["id"] != id_:
            continue
        taken.append((time.perf_counter() - began_s) * 1000)
        await asyncio.sleep(PACE_S)
    return taken


async def measured(broker: BrokerProcess, store: Store, count: int) -> dict[str, float]:
    tell, console = answering(broker, store), bus(broker, "anna")
    console.subscribe([TOPICS.reply("anna")])
    tasks = [asyncio.ensure_future(tell.run()), asyncio.ensure_future(console.run())]
    try:
        await console.connected()
        await asyncio.sleep(0.5)  # the service connects and subscribes too
        taken = await round_trips_ms(console, count)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    cuts = statistics.quantiles(taken, n=20)
    return {"p50_ms": round(cuts[9], 2), "p95_ms": round(cuts[18], 2)}


async def main(count: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    report: dict[str, object] = {"bench": "mqtt command to first answer", "commands": count}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        brokers: dict[str, BrokerProcess] = {"built-in": BuiltIn()}
        if has_mosquitto():
            brokers["mosquitto"] = Mosquitto(folder)
        for kind, broker in brokers.items():
            async with running(broker), aclosing(await opened(folder / f"{kind}.sqlite")) as store:
                report[f"{kind}, sqlite"] = await measured(broker, store, count)
                report[f"{kind}, memory"] = await measured(broker, MemoryStore(), count)
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
