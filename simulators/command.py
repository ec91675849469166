"""The ``serve`` command: one line per camera, ``ready``, and a clean end on a signal."""

import argparse
import asyncio
import ipaddress
import sys

import cv2
import msgspec

from simulators.facility import CameraSpec, Facility, FacilityPlan, PlanError, load
from simulators.logins import make_missing
from simulators.serve import running
from simulators.terminal import say, told_to_end, until


def serve(arguments: argparse.Namespace) -> int:
    """Serve a site until SIGTERM, SIGINT or ``--for`` is over; 2 when it cannot begin."""
    try:
        plan = load(arguments.site / "facility.yaml")
        if arguments.net is not None:
            plan = moved(plan, arguments.net)
        if arguments.secrets is None:
            arguments.secrets, arguments.make_secrets = arguments.site / "secrets", True
        if arguments.make_secrets:
            make_missing((spec.credentials for spec in plan.cameras.values()), arguments.secrets)
        cv2.setNumThreads(1)  # a site draws on one core and leaves the others to the product
        asyncio.run(_serve(plan, arguments))
    except (PlanError, OSError, ValueError) as error:
        print(f"simulators: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to its caller
        return 2
    return 0


def moved(plan: FacilityPlan, net: str) -> FacilityPlan:
    """Return the plan with every camera's first three octets replaced by ``net``."""
    cameras = {name: _moved(spec, net) for name, spec in plan.cameras.items()}
    return msgspec.structs.replace(plan, cameras=cameras)


def _moved(spec: CameraSpec, net: str) -> CameraSpec:
    host = ipaddress.IPv4Address(f"{net.rstrip('.')}.{spec.host.rpartition('.')[2]}")
    return msgspec.structs.replace(spec, host=str(host))


async def _serve(plan: FacilityPlan, arguments: argparse.Namespace) -> None:
    facility = Facility(plan)
    facility.reset(arguments.seed)
    ended = told_to_end()
    serving = running(
        facility, secrets=arguments.secrets, truth=arguments.truth, seed=arguments.seed
    )
    async with serving:
        for spec in facility.cameras.values():
            say(_line(spec))
        say(f"secrets in {arguments.secrets}")
        say("ready")
        await until(ended, arguments.for_s)


def _line(spec: CameraSpec) -> str:
    kind = "ptz" if spec.ptz is not None else "fixed"
    return (
        f"{spec.id:16} {kind:5} http://{spec.host}:{spec.onvif_port}/onvif/device_service "
        f"rtsp://{spec.host}:{spec.rtsp_port}/main"
    )
