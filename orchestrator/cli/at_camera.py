"""One thing done at one camera, named by its address: for whoever installs it, without a site."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.cli.interviewing import Whom, word_for
from orchestrator.cli.logs import configure_logs
from orchestrator.cli.running import until_stopped
from orchestrator.ports import CameraLink, Credentials, Secret

Work = Callable[[CameraLink, SystemClock], Awaitable[int]]
"""What is done over a link; returns the exit code."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: for programs, for people, and whether the camera did as it was told."""

    plain: object
    words: str
    good: bool = True


Deed = Callable[[CameraLink], Awaitable[Told]]


def done_at(about: Whom, deed: Deed, *, as_json: bool) -> int:
    """Do one thing and print what came of it; 1 when the camera did not do as it was told."""

    async def work(link: CameraLink, _clock: SystemClock) -> int:
        told = await deed(link)
        show(told.plain, told.words, as_json=as_json)
        return 0 if told.good else 1

    return worked_at(about, work)


def worked_at(about: Whom, work: Work) -> int:
    """Open a link, work over it until it is done or a signal comes (then 1), and close it."""
    configure_logs()
    credentials = about.credentials or Credentials("", Secret(""))
    codes: list[int] = []

    async def worked() -> None:
        clock = SystemClock()
        async with OnvifCameras(clock) as cameras:
            link = cameras.link(await word_for(about, cameras), credentials)
            try:
                codes.append(await work(link, clock))
            finally:
                await link.aclose()

    asyncio.run(until_stopped(worked()))
    return codes[0] if codes else 1


def show(plain: object, words: str, *, as_json: bool) -> None:
    """Print what came of something, for programs or for people."""
    print(json.dumps(plain, indent=2) if as_json else words)
