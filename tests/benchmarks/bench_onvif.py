"""ONVIF from end to end: a thousand cameras, hot calls, hostile answers, quirks, subscriptions, lock-outs.

Run it as ``python -m tests.benchmarks.bench_onvif``; with names of groups, only those are measured.
Cameras are simulated in processes of their own, and each group has a module in
``tests/benchmarks/onvif`` that says what it measures. The last line is JSON.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

from tests.benchmarks.measures import Measure, tell
from tests.benchmarks.onvif import finding, hot_calls, lockouts, quirk_fleet, subscriptions
from tests.benchmarks.onvif.fleets import NET, PORT, SECRET, fleet
from tests.benchmarks.onvif.hostile import against_hostile_answers
from tests.benchmarks.onvif.onboarding import Onboarded, onboarding

CAMERAS, STOCK_CAMERAS, HOT_CAMERAS, LISTENED_TO = 1000, 10, 8, 20
LATENCY_S = 0.05
_LOOPS = 200_000

Group = Callable[[Path], Sequence[Measure]]


def thousand(folder: Path) -> Sequence[Measure]:
    """Find and onboard a thousand cameras; the same on stock onvif-zeep beside it."""
    with fleet(CAMERAS, f"{NET}.0.1", folder, "--latency", str(LATENCY_S)) as cameras:
        found = finding.measured(cameras)
        ours = onboarding(cameras)
    if ours.trouble:
        sys.stderr.write(f"onboarding: {ours.trouble}\n")
    with fleet(STOCK_CAMERAS, f"{NET}.24.1", folder, "--authentication", "both") as cameras:
        theirs = _stock(cameras.first, folder / SECRET)
    return [*found, *_costs(ours, theirs)]


def _costs(ours: Onboarded, theirs: Mapping[str, float]) -> list[Measure]:
    return [
        Measure("onboarded", ours.cameras, "cameras", must=CAMERAS, least=True),
        Measure("onboard_wall_s", ours.wall_s, "s", theirs["wall_s"] * CAMERAS, must=12.0),
        Measure("onboard_cpu_ms", ours.cpu_ms, "ms a camera", theirs["cpu_ms"], must=8.0),
        Measure("onboard_rss_kb", ours.rss_kb, "kB a camera", theirs["rss_kb"], must=60.0),
        Measure("wsdl_parses", ours.wsdl_parses, "parses", must=1),
        Measure("onboard_fds", ours.fds, "files a camera", must=2.0),
        Measure(
            "cpu_vs_onvif_zeep", theirs["cpu_ms"] / ours.cpu_ms, "times less", must=40, least=True
        ),
        Measure(
            "memory_vs_onvif_zeep",
            theirs["rss_kb"] / ours.rss_kb,
            "times less",
            must=100,
            least=True,
        ),
    ]


def _stock(first: str, secret: Path) -> Mapping[str, float]:
    username = secret.read_text(encoding="utf-8").splitlines()[0]
    module = "tests.benchmarks.baselines.stock_onvif_zeep"
    told = [first, str(PORT), username, str(secret), str(STOCK_CAMERAS)]
    done = subprocess.run(
        [sys.executable, "-m", module, *told], check=True, stdout=subprocess.PIPE, text=True
    )
    report: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return report


def hot(folder: Path) -> Sequence[Measure]:
    """Set hot calls against the floor; both log in with HTTP Digest."""
    told = ["--presets", str(hot_calls.PRESETS)]
    with fleet(HOT_CAMERAS, f"{NET}.8.1", folder, *told) as cameras:
        return asyncio.run(hot_calls.against_the_floor(cameras))


def hostile(_folder: Path) -> Sequence[Measure]:
    """Attack the product with every hostile answer."""
    return asyncio.run(against_hostile_answers())


def quirky(_folder: Path) -> Sequence[Measure]:
    """Bring cameras with every quirk aboard."""
    return asyncio.run(quirk_fleet.measured())


def subscribed(folder: Path) -> Sequence[Measure]:
    """Count what is left of subscriptions."""
    with fleet(LISTENED_TO, f"{NET}.9.1", folder) as cameras:
        return subscriptions.measured(cameras, folder / "store.sqlite")


def locked(_folder: Path) -> Sequence[Measure]:
    """Try a wrong password for a day."""
    return asyncio.run(lockouts.measured())


def machine(_folder: Path) -> Sequence[Measure]:
    """Tell how quick the machine is just now: milliseconds of processor time for a fixed loop."""
    taken = []
    for _ in range(5):
        began_s = time.process_time()
        sum(number * number for number in range(_LOOPS))
        taken.append((time.process_time() - began_s) * 1000.0)
    return [Measure("machine_loop_ms", statistics.median(taken), "ms CPU")]


GROUPS: Mapping[str, Group] = {
    "machine": machine,
    "thousand": thousand,
    "hot": hot,
    "hostile": hostile,
    "quirks": quirky,
    "subscriptions": subscribed,
    "lockouts": locked,
}


def main(names: Sequence[str]) -> None:
    """Measure the groups of these names, or all."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    measures: list[Measure] = []
    for name in names or GROUPS:
        began_s = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            measures += GROUPS[name](Path(folder))
        sys.stderr.write(f"{name}: {time.perf_counter() - began_s:.0f} s\n")
    tell("onvif", measures)


if __name__ == "__main__":
    main(sys.argv[1:])
