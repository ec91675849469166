"""`top`: how a running service and its cameras fare, as it tells on the broker."""

import asyncio
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from orchestrator.adapters.mqtt import AiomqttBus
from orchestrator.adapters.system import FileSecrets
from orchestrator.cli.logs import configure_logs
from orchestrator.cli.paths import secrets_folder
from orchestrator.cli.running import until_stopped
from orchestrator.config import read_site
from orchestrator.domain.camera import LinkState
from orchestrator.domain.site import Site
from orchestrator.ports import Credentials, Message
from orchestrator.tell.payloads import CameraMetricsPayload, ServiceMetricsPayload, ServiceStatus
from orchestrator.tell.topics import Topics

ONCE_S = 7.0
"""The service tells every five seconds, and the broker keeps what was told last."""
REFRESH_PER_S = 2
SILENT_S = 15.0
"""Figures that are older are those of a service that has gone or hangs."""

Told = ServiceMetricsPayload | CameraMetricsPayload | ServiceStatus
_MI = 1 << 20


@dataclass(slots=True)
class Fared:
    """What was told last of a service and its cameras."""

    service: ServiceMetricsPayload | None = None
    status: ServiceStatus | None = None
    cameras: dict[str, CameraMetricsPayload] = field(default_factory=dict)

    def take(self, payload: bytes) -> None:
        """Take in what was told; what is not understood is of another version, and let go."""
        try:
            told = msgspec.json.decode(payload, type=Told)
        except msgspec.DecodeError:
            return
        match told:
            case ServiceMetricsPayload():
                self.service = told
            case CameraMetricsPayload():
                self.cameras[told.camera] = told
            case ServiceStatus():
                self.status = told

    def told(self, names: Collection[str]) -> bool:
        """Say whether the service and all of these cameras have been heard of."""
        both = self.service is not None and self.status is not None
        return both and self.cameras.keys() >= set(names)

    def document(self) -> dict[str, object]:
        """Return all of it as plain data."""
        service = None if self.service is None else msgspec.to_builtins(self.service)
        rows = [msgspec.to_builtins(self.cameras[name]) for name in sorted(self.cameras)]
        state = None if self.status is None else self.status.state
        return {"state": state, "service": service, "cameras": rows}

    def stands(self, now: datetime) -> str:
        """Say whether the figures are of now: ``online``, ``offline``, or ``silent for ...``."""
        if self.status is not None and self.status.state != "online":
            return self.status.state
        if self.service is None:
            return "says nothing"
        silent_s = (now - self.service.at).total_seconds()
        return "online" if silent_s <= SILENT_S else f"silent for {silent_s:.0f} s"


def table_of(fared: Fared, site: str, now: datetime) -> Table:
    """Return what was told as a table for people."""
    table = Table(title=_title(fared, site, now), title_justify="left", expand=False)
    table.add_column("camera")
    for name in ("link", "hidden", "moved by"):
        table.add_column(name)
    for name in ("decoded/s", "gated/s", "dropped/s", "searched/s", "age p50", "p99", "restarts"):
        table.add_column(name, justify="right")
    for name in sorted(fared.cameras):
        one = fared.cameras[name]
        rates = (one.decoded_per_s, one.gated_per_s, one.dropped_per_s, one.searched_per_s)
        table.add_row(
            Text(one.camera),
            f"{one.link}, video quarantined" if one.video_quarantined else one.link,
            "" if one.hidden == "nothing" else one.hidden,
            one.rung,
            *(f"{rate:.1f}" for rate in rates),
            _ms(one.age_p50_s),
            _ms(one.age_p99_s),
            str(one.restarts),
        )
    return table


def _title(fared: Fared, site: str, now: datetime) -> Text:
    links = [one.link for one in fared.cameras.values()]
    away = links.count(LinkState.QUARANTINED.value)
    away += sum(one.video_quarantined for one in fared.cameras.values())
    cameras = f"{links.count(LinkState.ONLINE.value)} of {len(links)} cameras online"
    first = f"{site}: {fared.stands(now)}, {cameras}, {away} quarantined"
    service = fared.service
    if service is None:
        return Text(first)
    return Text(
        f"{first}\nticks {service.ticks_per_s:.1f}/s, p99 {_ms(service.tick_p99_s)};"
        f" loop late by {_ms(service.lag_p99_s)}; memory {service.memory_bytes / _MI:.0f} MiB;"
        f" {service.inference_queue} at the detector; {service.inbox} waiting, {service.lost} lost"
    )


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{1000.0 * seconds:.1f} ms"


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose figures are asked for, as whom, and how they are shown."""

    folder: Path
    operator: str | None
    secrets: Path | None
    once: bool
    as_json: bool


def top(asking: Asking) -> int:
    """Show figures until Ctrl-C, or once; return 0, or 3 where nobody told any."""
    configure_logs()
    site = read_site(asking.folder, strict=False)
    login = _login(site, asking)
    fared = Fared()
    asyncio.run(until_stopped(_shown(site, login, fared, asking)))
    return 0 if fared.service is not None else 3


async def _shown(site: Site, login: Credentials, fared: Fared, asking: Asking) -> None:
    assert site.broker is not None
    bus = AiomqttBus(
        host=site.broker.host, port=site.broker.port, credentials=login, tls=site.broker.tls
    )
    topics = Topics(site.name)
    bus.subscribe([topics.metrics, topics.status])
    names = {camera.id for camera in site.cameras}
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(bus.run())
        if asking.once:
            with suppress(TimeoutError):
                async with asyncio.timeout(ONCE_S):
                    await _heard(bus, fared, names)
            _print(site, fared, as_json=asking.as_json)
            running.cancel()
            return
        tasks.create_task(_heard(bus, fared))
        await (_printed(site, fared) if asking.as_json else _lively(site, fared))


async def _heard(bus: AiomqttBus, fared: Fared, names: Collection[str] = ()) -> None:
    """Take in what is told, for ever, or until everything of these cameras was told."""
    message: Message
    async for message in bus.messages():
        fared.take(message.payload)
        if names and fared.told(names):
            return


async def _printed(site: Site, fared: Fared) -> None:
    while True:
        await asyncio.sleep(ONCE_S)
        _print(site, fared, as_json=True)


async def _lively(site: Site, fared: Fared) -> None:
    with Live(auto_refresh=False, screen=False) as live:
        while True:
            live.update(table_of(fared, site.name, datetime.now().astimezone()), refresh=True)
            await asyncio.sleep(1 / REFRESH_PER_S)


def _print(site: Site, fared: Fared, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(fared.document()), flush=True)
    else:
        Console().print(table_of(fared, site.name, datetime.now().astimezone()))
    if fared.service is None:
        typer.echo("nobody tells figures there: is the service running, and its broker?", err=True)


def _login(site: Site, asking: Asking) -> Credentials:
    """Return the login of the operator that was named, or of the first one of the site."""
    if site.broker is None:
        raise typer.BadParameter("the site names no broker: nobody tells anything of it")
    wanted = [one for one in site.operators if asking.operator in (None, one.name)]
    operator = next(iter(wanted), None)
    if operator is None:
        name, names = asking.operator, ", ".join(one.name for one in site.operators) or "none"
        raise typer.BadParameter(f"`{name}` is no operator of the site (it has {names})")
    return FileSecrets(secrets_folder(asking.folder, asking.secrets)).credentials(
        operator.credentials
    )
