"""`ptz ... characterise`: one head measured, by consent, and kept in its site's store.

A head is measured by moving it, so a person has to agree, nobody may hold it meanwhile, and the
service, if it runs, must have been told to leave it alone. One head of a site is measured at a time.
"""

import asyncio
import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import typer

from orchestrator.adapters.mqtt import AiomqttBus
from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.cli.at_camera import show, worked_at
from orchestrator.cli.cameras import known_cameras
from orchestrator.cli.interviewing import Whom
from orchestrator.cli.logs import configure_logs
from orchestrator.cli.paths import secrets_folder, store_file
from orchestrator.cli.running import until_stopped
from orchestrator.config import read_site
from orchestrator.domain.camera import Camera, Motors
from orchestrator.domain.site import Site
from orchestrator.ports import CameraLink, Store
from orchestrator.steer import characterised
from orchestrator.tell.topics import Topics

RETAINED_S = 3.0
"""A broker that retains what a camera's state is tells it sooner."""


@dataclass(frozen=True, slots=True)
class Where:
    """The site that a camera belongs to: its folder, and where its state and secrets are."""

    folder: Path
    state: Path | None = None
    secrets: Path | None = None


def agreed(name: str, *, yes: bool) -> None:
    """Return if a person agrees that the head is moved about; ``typer.Abort`` if not."""
    if not yes:
        typer.confirm(
            f"`{name}` will turn across its range for up to 2 minutes. Go on?", abort=True, err=True
        )


def characterise_address(about: Whom, *, as_json: bool) -> int:
    """Measure a head that belongs to no site; nothing is kept."""

    async def work(link: CameraLink, clock: SystemClock) -> int:
        return _told(await _measured(link, clock, None), as_json=as_json)

    return worked_at(about, work)


def characterise_camera(name: str, where: Where, *, as_json: bool) -> int:
    """Measure a camera of a site, and keep what was found."""
    configure_logs()
    codes: list[int] = []

    async def work() -> None:
        codes.append(await _of_site(name, where, as_json=as_json))

    asyncio.run(until_stopped(work()))
    return codes[0] if codes else 1


async def _of_site(name: str, where: Where, *, as_json: bool) -> int:
    site = read_site(where.folder)
    [known] = known_cameras(site, where.folder, [name])
    camera = site.camera(known)
    if camera.ptz is None:
        raise typer.BadParameter(f"`{name}` is fixed: there is no head to measure")
    path = store_file(where.folder, where.state)
    with _alone(path.with_suffix(".measuring")):
        await _check_left_alone(site, camera, where)
        store = await opened(path)
        try:
            return _told(await _kept(camera, store, where), as_json=as_json)
        finally:
            await store.aclose()


async def _kept(camera: Camera, store: Store, where: Where) -> Motors:
    """Measure an approved camera over its own link, and keep it."""
    approvals = {each.camera: each for each in await store.approvals()}
    approval = approvals.get(camera.id)
    if approval is None:
        raise typer.BadParameter(f"`{camera.id}` is not approved: run `orchestrator approve`")
    safe = FileSecrets(secrets_folder(where.folder, where.secrets))
    clock = SystemClock()
    async with OnvifCameras(clock, refusals=store) as cameras:
        link = cameras.link(approval, safe.credentials(approval.credentials))
        try:
            motors = await _measured(link, clock, camera)
        finally:
            await link.aclose()
    await store.measure(camera.id, motors)
    return motors


async def _measured(link: CameraLink, clock: SystemClock, camera: Camera | None) -> Motors:
    passport = await link.interview()
    ranges = None if camera is None else camera.ptz
    at = datetime.now(UTC).isoformat(timespec="seconds")
    say = lambda what: typer.echo(f"measuring {what} ...", err=True)  # noqa: E731 one line says it
    return await characterised(link, passport, clock, at=at, ranges=ranges, say=say)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the one place of a site where a head is measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say = "another head of this site is being measured: wait until that is done"
            raise typer.BadParameter(say) from None
        yield


async def _check_left_alone(site: Site, camera: Camera, where: Where) -> None:
    """Refuse while somebody holds the head, or a running service may move it."""
    if site.broker is None:
        return
    topics = Topics(site.name)
    told = await _retained(site, where, (topics.status, topics.camera_state(camera.id)))
    if told.get(topics.status, {}).get("state") != "online":
        return
    state = told.get(topics.camera_state(camera.id), {})
    owner = state.get("owner")
    if isinstance(owner, dict) and owner.get("band") == "operator":
        raise typer.BadParameter(f"`{camera.id}` is held by {owner.get('actor')}: ask them first")
    if not state.get("paused_by"):
        raise typer.BadParameter(
            f"the service runs and may move `{camera.id}`: send it `pause_automation` first"
        )


async def _retained(
    site: Site, where: Where, topics: tuple[str, ...]
) -> dict[str, dict[str, object]]:
    """Return what the broker retains on these topics; what does not come in time is not there."""
    assert site.broker is not None
    safe = FileSecrets(secrets_folder(where.folder, where.secrets))
    bus = AiomqttBus(
        host=site.broker.host,
        port=site.broker.port,
        credentials=safe.credentials(site.broker.credentials),
        tls=site.broker.tls,
    )
    found: dict[str, dict[str, object]] = {}
    bus.subscribe(topics)
    running = asyncio.create_task(bus.run())
    try:
        async with asyncio.timeout(RETAINED_S):
            async for message in bus.messages():
                found[message.topic] = msgspec.json.decode(message.payload, type=dict[str, object])
                if len(found) == len(topics):
                    break
    except (TimeoutError, msgspec.DecodeError):
        pass
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    return found


def _told(motors: Motors, *, as_json: bool) -> int:
    """Print what was measured; 1 when nothing could be."""
    show(json.loads(msgspec.json.encode(motors)), "\n".join(_lines(motors)), as_json=as_json)
    return 0 if motors.latency_s is not None or motors.presets else 1


def _lines(motors: Motors) -> Iterator[str]:
    if motors.latency_s is not None:
        yield f"latency        {motors.latency_s * 1000.0:.0f} ms"
    for name, axis in (("pan", motors.pan), ("tilt", motors.tilt)):
        if axis is not None:
            soon = "" if axis.spin_up_dps2 is None else f", {axis.spin_up_dps2:.0f} deg/s2"
            yield f"{name:<14} {axis.top_dps:.1f} deg/s{soon}"
    if motors.step_deg is not None:
        yield f"a step of 1    {motors.step_deg[0]:.1f} deg pan, {motors.step_deg[1]:.1f} deg tilt"
    for zoom, hfov_deg in motors.fields:
        yield f"at zoom {zoom:<6g} {hfov_deg:.1f} deg wide"
    if motors.repeatability_deg is not None:
        yield f"repeatability  {motors.repeatability_deg:.2f} deg"
    proof = "proven" if motors.ends_by_itself else "not proven, so it is given no velocities"
    stop = "" if motors.stop is None else f", stops by {motors.stop.value}"
    yield f"Timeout        {proof}{stop}"
    if motors.presets:
        yield f"presets        {', '.join(preset.name for preset in motors.presets)}"
    for what in motors.unmeasured:
        yield f"not measured   {what}"
