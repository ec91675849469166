"""The ``fleet`` command: ``ready`` once a fleet is there, what became of it on SIGUSR1 and at the end."""

import argparse
import asyncio
import gc
import json
import resource
import signal
import sys
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path

from simulators.device.login import Authentication
from simulators.device.quirks import Quirk, quirks
from simulators.fleet import Fleet, FleetPlan, sailing
from simulators.logins import logins, make_missing
from simulators.terminal import say, told_to_end, until

SECRET = "fleet"  # noqa: S105 - a secret's name
_FILES_PER_CAMERA = 8
_FILES = 512
_USUAL = FleetPlan(count=1000)


def options(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--count", type=int, default=_USUAL.count, help="how many cameras")
    parser.add_argument("--first", default=_USUAL.first, help="address of the first one")
    parser.add_argument("--port", type=int, default=_USUAL.port)
    parser.add_argument(
        "--authentication",
        choices=[each.value for each in Authentication],
        default=_USUAL.authentication.value,
    )
    parser.add_argument(
        "--latency", type=float, default=0.0, metavar="S", help="seconds before each answer"
    )
    parser.add_argument("--presets", type=int, default=_USUAL.presets)
    parser.add_argument(
        "--jitter", type=float, default=_USUAL.jitter_s, metavar="S", help="of answers to probes"
    )
    parser.add_argument(
        "--wear",
        action="append",
        metavar="QUIRK+QUIRK",
        help="quirks of a camera, joined by `+`; given again, of the next one, in turns;"
        " `-` is a usual camera, `all` one camera for each quirk",
    )
    parser.add_argument(
        "--secrets", type=Path, required=True, help="folder of the login, made if missing"
    )
    parser.add_argument("--seed", type=int, default=_USUAL.seed)
    parser.add_argument("--for", dest="for_s", type=float, help="end after so many seconds")


def fleet(arguments: argparse.Namespace) -> int:
    """Have a fleet on the network until SIGTERM, SIGINT or ``--for`` is over; 2 when it cannot."""
    try:
        plan = FleetPlan(
            count=arguments.count,
            first=arguments.first,
            port=arguments.port,
            authentication=Authentication(arguments.authentication),
            latency_s=arguments.latency,
            presets=arguments.presets,
            worn=worn_in(arguments.wear or ["-"]),
            jitter_s=arguments.jitter,
            seed=arguments.seed,
        )
        _allow_files(plan.count * _FILES_PER_CAMERA + _FILES)
        make_missing([SECRET], arguments.secrets)
        asyncio.run(_sail(plan, arguments))
    except (OSError, ValueError) as error:
        print(f"simulators: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to its caller
        return 2
    return 0


def worn_in(said: list[str]) -> list[list[type[Quirk]]]:
    """Return the quirks of each camera in turn; ``ValueError`` names one that there is none of."""
    known = {each.__name__: each for each in quirks()}
    worn: list[list[type[Quirk]]] = []
    for group in said:
        if group == "all":
            worn += [[each] for each in known.values()]
        else:
            worn.append([_known(name, known) for name in group.split("+") if name != "-"])
    return worn


def _known(name: str, known: dict[str, type[Quirk]]) -> type[Quirk]:
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
        raise ValueError(f"there is no quirk `{name}`: {hint}")
    return known[name]


async def _sail(plan: FleetPlan, arguments: argparse.Namespace) -> None:
    login = logins([SECRET], arguments.secrets)[SECRET]
    ended = told_to_end()
    async with sailing(plan, login) as sailed:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _count, sailed)
        # A thousand cameras are many objects, and none of them goes before the end.
        gc.collect()
        gc.freeze()
        units = [each.unit for each in sailed.cameras]
        say(f"{len(units)} cameras from {units[0].origin} to {units[-1].origin}")
        say(f"secrets in {arguments.secrets}")
        say("ready")
        await until(ended, arguments.for_s)
        _count(sailed)


def _count(sailed: Fleet) -> None:
    say(json.dumps(asdict(sailed.counts())))


def _allow_files(wanted: int) -> None:
    """Raise the limit of open files as far as this process may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
