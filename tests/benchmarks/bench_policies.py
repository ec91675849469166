"""What policies cost: judging, deciding, loading, rehearsing; and what their reader withstands.

``python -m tests.benchmarks.bench_policies`` prints a line per figure and, last, the JSON of all.
All but the broken files is measured in processor time of this thread: the machine is shared.
"""

import gc
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import yaml

from orchestrator.config import read_site
from orchestrator.config.condition import conjuncts_of
from orchestrator.config.reading import SITE_FILE
from orchestrator.decide import decided
from orchestrator.decide.judge import holds
from orchestrator.domain.condition import Value
from orchestrator.domain.desk import Calm
from orchestrator.rehearse import rehearsed
from tests.benchmarks.baselines.conditions import by_eval
from tests.benchmarks.broken_children import outcomes
from tests.benchmarks.cel_agreement import agreement
from tests.benchmarks.crowd import ZONES, Crowd, crowded_site, policy_text
from tests.benchmarks.long_night import depot, night
from tests.benchmarks.measures import Measure, tell
from tests.fakes.broken_files import spoiled_site
from tests.fakes.conditions import VOCABULARY, facts_from

CLAUSES = (
    "target.kind == 'person' && target.confidence > 0.2 && zone.name in ['yard', 'gate', 'person']"
    " && !site.maintenance && 'yard' in target.zones"
)
"""Five clauses, all of which have to be looked at where they hold."""
SETTLE_TICKS, TICKS, STORMS = 60, 600, 30
CEL_WELL_TYPED, CEL_SLIPS = 12_000, 12_000


def main() -> None:
    """Measure everything, and tell."""
    measures = [
        *deciding(),
        *judging(),
        *loading(),
        *rehearsing(),
        *agreeing(),
        *withstanding(),
    ]
    tell("policies", measures)
    sys.exit(not all(one.ok for one in measures))


def deciding() -> list[Measure]:
    """Fifty cameras, a thousand targets, a hundred policies: an ordinary tick, and a storm.

    Beside it the simplest other way: everybody is judged by every policy in every tick.
    """
    crowd = Crowd(crowded_site())
    gc.collect()
    gc.freeze()  # what is loaded once is not looked through again, as in the service (app.wiring)
    crowd.run(SETTLE_TICKS)
    ticks_ms = sorted(_tick_ms(crowd) for _ in range(TICKS))
    storms_ms = sorted(_tick_ms(crowd, everybody=True) for _ in range(STORMS))
    crowd.run(SETTLE_TICKS)
    everybody_ms = sorted(_tick_ms(crowd, afresh=True) for _ in range(STORMS))
    claims = sum(case.started_s is not None for case in crowd.world.desk.cases.values())
    return [
        Measure(
            "decide_p99_ms",
            ticks_ms[int(TICKS * 0.99)],
            "ms",
            baseline=everybody_ms[-1],
            must=5.0,
        ),
        Measure("decide_p50_ms", ticks_ms[TICKS // 2], "ms", baseline=everybody_ms[STORMS // 2]),
        Measure("decide_all_change_ms", storms_ms[-1], "ms", must=150.0),
        Measure("decide_live_cases", claims, "cases"),
    ]


def _tick_ms(crowd: Crowd, *, everybody: bool = False, afresh: bool = False) -> float:
    world, seen = crowd.step(everybody=everybody)
    if afresh:
        world = replace(world, desk=replace(world.desk, calm=Calm()))
    began_s = time.thread_time()
    after, decision = decided(crowd.site, world, seen, crowd.now)
    took_ms = 1e3 * (time.thread_time() - began_s)
    crowd.follow(after, decision)
    return took_ms


def rehearsing() -> list[Measure]:
    """A night of 24 hours with 10 000 events, whole; beside it, a five-hundredth, every tick played."""
    site, shares = depot(), (1.0, 0.002)
    took_s = []
    for share in shares:
        began_s = time.thread_time()
        rehearsed(site, night(share), every_tick=share < 1.0)
        took_s.append((time.thread_time() - began_s) / share)
    return [Measure("night_10000_s", took_s[0], "s", baseline=took_s[1], must=5.0)]


def judging() -> list[Measure]:
    """Whole conditions of five clauses a second, half of them true; Python's ``eval`` beside."""
    when, evaluated = conjuncts_of(CLAUSES, VOCABULARY), by_eval(CLAUSES)
    true: dict[str, Value] = {
        "target.kind": "person",
        "target.confidence": 0.9,
        "zone.name": "gate",
        "site.maintenance": False,
        "target.zones": ("yard",),
    }
    rng = Random(4)
    worlds = [(facts_from(rng) | true if even % 2 else facts_from(rng)) for even in range(200)]
    ours = _per_second(lambda: [holds(when, facts) for facts in worlds], len(worlds))
    theirs = _per_second(lambda: [evaluated(facts) for facts in worlds], len(worlds))
    return [
        Measure("conditions_per_s", ours, "1/s", baseline=theirs, must=200_000, least=True),
    ]


def _per_second(work: Callable[[], object], count: int) -> float:
    """Return how often a second: the best of five tries of a fifth of a second."""
    best = 0.0
    for _ in range(5):
        rounds, began_s = 0, time.thread_time()
        while time.thread_time() - began_s < 0.2:
            work()
            rounds += 1
        best = max(best, rounds * count / (time.thread_time() - began_s))
    return best


def loading() -> list[Measure]:
    """Five hundred policies from disk to a checked site; beside it, YAML alone and unchecked."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        site = spoiled_site(root)
        _with_names_of_the_crowd(site / SITE_FILE)
        for number in range(500):
            folder = root / "policies" / f"policy-{number}"
            folder.mkdir()
            (folder / "policy.yaml").write_text(policy_text(number), encoding="utf-8")
        began_s = time.thread_time()
        count = len(read_site(site).policies.policies)
        took_s = time.thread_time() - began_s
        began_s = time.thread_time()
        for file in sorted((root / "policies").glob("*/policy.yaml")):
            yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        baseline_s = time.thread_time() - began_s
    assert count >= 500
    return [Measure("load_500_s", took_s, "s", baseline=baseline_s, must=1.0)]


def _with_names_of_the_crowd(site: Path) -> None:
    """Give a site file the zones and the calendar that the crowd's policies name."""
    text = site.read_text(encoding="utf-8")
    zones = "".join(f"  z{n}: [[{n}, 1], [{n + 1}, 1], [{n + 1}, 5]]\n" for n in range(ZONES))
    text = text.replace("\ncalendars:\n", "\ncalendars:\n  night: {daily: 22:00 to 05:00}\n")
    text = re.sub(r"\nzones:.*\n", lambda line: line[0] + zones, text, count=1)
    site.write_text(text, encoding="utf-8")


def agreeing() -> list[Measure]:
    """Compare conditions with CEL."""
    compared = agreement(1, CEL_WELL_TYPED, CEL_SLIPS)
    for one in compared.disagreements[:5]:
        sys.stdout.write(f"disagreement: {one}\n")
    count = len(compared.disagreements)
    return [
        Measure("cel_agreement_cases", compared.cases - count, "cases", must=10_000, least=True),
        Measure("cel_disagreements", count, "cases", must=0),
    ]


def withstanding() -> list[Measure]:
    """Read every broken file."""
    seen = outcomes()
    for one in seen:
        if one.crashed or one.hung or not one.placed:
            sys.stdout.write(f"broken file: {one}\n")
    return [
        Measure("broken_files", len(seen), "files", must=250, least=True),
        Measure("broken_crashes", sum(one.crashed for one in seen), "files", must=0),
        Measure("broken_hangs", sum(one.hung for one in seen), "files", must=0),
        Measure("broken_without_position", sum(not one.placed for one in seen), "files", must=0),
        Measure("broken_worst_s", max(one.took_s for one in seen), "s", must=1.0),
        Measure("broken_worst_mb", max(one.grew_mb for one in seen), "MB", must=64.0),
    ]


if __name__ == "__main__":
    main()
