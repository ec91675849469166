"""Steering every kind of head in `simulators.quirks`: who runs away, who gets there, how fast, for whom.

Run it as ``python -m tests.benchmarks.bench_steering``; with names of groups, only those are
measured. The real adapter speaks ONVIF to the simulator's devices; each group has its own module
in ``tests/benchmarks/steering``, and says there what is measured in virtual time and what in real.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence

from orchestrator.adapters.onvif.engine import engine
from tests.benchmarks.measures import Measure, tell
from tests.benchmarks.steering import ahead, arbitration, crash, following, heads, kinds, wire

Group = Callable[[], Awaitable[Sequence[Measure]]]
GROUPS: Mapping[str, Group] = {
    "heads": heads.measured,
    "kinds": kinds.measured,
    "crash": crash.measured,
    "arbitration": arbitration.measured,
    "wire": wire.measured,
    "following": following.measured,
    "ahead": ahead.measured,
}


async def main(names: Sequence[str]) -> None:
    """Measure the groups of these names, or all."""
    await engine()
    measures = [one for name in names or GROUPS for one in await GROUPS[name]()]
    tell("steering", measures)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
