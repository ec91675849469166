"""`events`: what a camera tells of itself, as it tells it."""

import asyncio
import json

from orchestrator.adapters.system import SystemClock
from orchestrator.cli.at_camera import worked_at
from orchestrator.cli.interviewing import Whom
from orchestrator.domain.sighting import CameraReported
from orchestrator.ports import CameraLink


def listen(about: Whom, *, for_s: float | None, as_json: bool) -> int:
    """Print every report, one a line, until Ctrl-C, or for ``for_s`` once the camera is heard.

    The subscription is given back.
    """
    heard = [0]

    async def work(link: CameraLink, _clock: SystemClock) -> int:
        while True:
            async with link.events() as batches:
                if not heard[0] and for_s is not None:
                    _end_after(for_s)
                heard[0] += 1
                async for batch in batches:
                    for report in batch:
                        print(_line(report, as_json=as_json), flush=True)

    code = worked_at(about, work)
    return 0 if heard[0] else code


def _end_after(seconds: float) -> None:
    task = asyncio.current_task()
    assert task is not None, "a command runs in a task"
    asyncio.get_running_loop().call_later(seconds, task.cancel)


def _line(report: CameraReported, *, as_json: bool) -> str:
    said = {"report": report.report.value, "active": report.active, "part": report.part}
    if as_json:
        return json.dumps(said)
    state = "begins" if report.active else "ends"
    return f"{report.report.value} {state}{f' ({report.part})' if report.part else ''}"
