"""Stopping a head, and making sure: each way to stop in turn until the head is seen to rest.

Some cameras answer 200 to a Stop and turn on. So after each try the head is looked at; one that
still moves is stopped the next way, and once all were tried, all over again until it rests or the
time is up. A head that tells nothing is stopped in every way there is.
"""

from dataclasses import dataclass

from orchestrator.domain.moving import StopWay
from orchestrator.errors import CameraError
from orchestrator.ports import CameraLink, Clock, HeadReport

LOOK_S = 0.1
"""How long a head is given between two looks."""
LOOKS = 4
"""So many looks each way gets: a head that obeys slows down in that time."""
EQUAL_LOOKS = 3
"""So many equal positions say that it rests; two may be the steps of a coarse one."""
WATCHDOG_S = 6.0
"""For this long a head that does not obey is told again."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """What became of a stop: the way that worked, None where the head was never seen to rest.

    ``trouble`` is the last thing that went wrong; ``told`` says that one was accepted at least.
    """

    by: StopWay | None
    told: bool
    trouble: str = ""


async def stopped(
    link: CameraLink,
    ladder: tuple[StopWay, ...],
    clock: Clock,
    *,
    within_s: float = WATCHDOG_S,
) -> Stopped:
    """Stop the head and see that it rests; tries the next way until it does or time is up.

    Whoever wants the head to move again cancels it: looking on is of no use then.
    """
    until_s = clock.now().mono_s + within_s
    told, trouble, strictly = False, "", True
    while True:
        for way in ladder:
            try:
                await link.stop(way)
                told = True
            except CameraError as error:
                trouble = error.message
            if told:
                rests, said = await _rests(link, clock, strictly=strictly)
                if rests:
                    return Stopped(way, told)
                trouble = said or trouble
        if not told or clock.now().mono_s >= until_s:
            return Stopped(None, told, trouble or "it still moves")
        strictly = False


async def _rests(link: CameraLink, clock: Clock, *, strictly: bool) -> tuple[bool, str]:
    """Look until the head rests; else say what is wrong.

    A position that stays the same beside a status that says moving is one of two lies. First the
    status is believed, which costs a few commands more; once every way was tried, the position.
    """
    looks: list[HeadReport] = []
    for _ in range(LOOKS):
        try:
            looks.append(await link.head())
        except CameraError as error:
            return False, error.message
        if _still(looks[-EQUAL_LOOKS:]) and not (strictly and looks[-1].moving):
            return True, ""
        await clock.sleep(LOOK_S)
    return False, "it still moves"


def _still(looks: list[HeadReport]) -> bool:
    if len(looks) < EQUAL_LOOKS:
        return False
    if looks[-1].pose is None:
        return looks[-1].moving is False
    return all(look.pose == looks[-1].pose for look in looks)
