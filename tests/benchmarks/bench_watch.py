"""What watching costs and withstands; the last line is JSON. ``make bench-watch``.

``LONG=1`` adds an hour of sixteen cameras (``LONG_S``: so many seconds instead).
"""

import asyncio
import os
import tempfile
from pathlib import Path

from tests.benchmarks.measures import Measure, tell
from tests.benchmarks.watch.cameras import busy_film, cameras
from tests.benchmarks.watch.decoding import decoding, memory
from tests.benchmarks.watch.faults import CAMERAS, faults
from tests.benchmarks.watch.hour import hour
from tests.benchmarks.watch.sustained import film_of_people, sustained
from tests.benchmarks.watch.throughput import throughput


async def on_streams() -> list[Measure]:
    """Return what is measured on real streams."""
    with tempfile.TemporaryDirectory() as folder:
        film = busy_film(Path(folder) / "busy.mp4")
        async with cameras(CAMERAS, film) as served:
            figures = [*await decoding(served), *await memory(served), *await faults(served)]
            if os.environ.get("LONG"):
                figures += await hour(served)
        people = film_of_people(Path(folder) / "people.mp4", film)
        return figures + await sustained(people)


def main() -> None:
    """Measure and print."""
    tell("watch", [*asyncio.run(on_streams()), *throughput()])


if __name__ == "__main__":
    main()
