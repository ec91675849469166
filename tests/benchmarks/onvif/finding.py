"""A thousand cameras behind one ear, found by ``orchestrator discover``."""

import json
import subprocess
import sys
from collections import Counter

from tests.benchmarks.measures import Measure
from tests.benchmarks.onvif.fleets import FleetProcess

_SECONDS = 8.0


def measured(fleet: FleetProcess) -> list[Measure]:
    """Ask once, by multicast, and count who was found and how often."""
    told = ["--interface", "127.0.0.1", "--seconds", str(_SECONDS), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "orchestrator", "discover", *told],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    net = fleet.first.rpartition(".")[0].rpartition(".")[0]
    found = [each for each in json.loads(done.stdout) if each["host"].startswith(f"{net}.")]
    hosts = Counter(each["host"] for each in found)
    references = Counter(each["endpoint_reference"] for each in found)
    twice = sum(count > 1 for counter in (hosts, references) for count in counter.values())
    return [
        Measure(f"discovered_{fleet.count}", len(hosts), "cameras", must=fleet.count, least=True),
        Measure("found_twice", twice, "cameras", must=0),
    ]
