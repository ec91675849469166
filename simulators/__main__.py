"""``python -m simulators``: serve a simulated site or a fleet, or run and score the demo on one."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from simulators.fleet_command import fleet, options


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in {"demo", "score"}:
        from simulators.demo import main as demo  # noqa: PLC0415 - serving needs no plots

        return demo(arguments)
    parsed = _parser().parse_args(arguments)
    if parsed.command == "fleet":
        return fleet(parsed)
    from simulators.command import serve  # noqa: PLC0415 - the demo needs no video encoder

    return serve(parsed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="put the cameras of a site on the network")
    serve.add_argument("site", type=Path, help="folder with facility.yaml")
    serve.add_argument("--seed", type=int, default=1)
    serve.add_argument(
        "--secrets",
        type=Path,
        help="folder of secret files; without, SITE/secrets, where missing ones are created",
    )
    serve.add_argument("--make-secrets", action="store_true", help="create the missing ones")
    serve.add_argument("--truth", type=Path, help="write what really was to this file")
    serve.add_argument("--net", help="first three octets of every camera's address")
    serve.add_argument("--for", dest="for_s", type=float, help="end after so many seconds")
    options(commands.add_parser("fleet", help="put any number of cameras on the network"))
    commands.add_parser("demo", help="the main job on a simulated site, scored")
    commands.add_parser("score", help="score a run again from its files")
    return parser


if __name__ == "__main__":
    sys.exit(main())
