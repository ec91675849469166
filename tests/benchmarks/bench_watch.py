"""What watching costs and withstands; the last line is JSON. ``make bench-watch``."""

import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks.measures import Measure, tell
from tests.benchmarks.watch.cameras import busy_film, cameras
from tests.benchmarks.watch.decoding import MANY, decoding, memory
from tests.benchmarks.watch.throughput import throughput


async def on_streams() -> list[Measure]:
    """Return what is measured on real streams."""
    with tempfile.TemporaryDirectory() as folder:
        film = busy_film(Path(folder) / "busy.mp4")
        async with cameras(MANY, film) as served:
            return [*await decoding(served), *await memory(served)]


def main() -> None:
    """Measure and print."""
    tell("watch", [*asyncio.run(on_streams()), *throughput()])


if __name__ == "__main__":
    main()
