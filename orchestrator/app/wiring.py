"""Which adapter stands behind which door: the only place that knows them all."""

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import structlog

from orchestrator.adapters.folder import SiteFolder
from orchestrator.adapters.inference import (
    Device,
    KeptDetector,
    OpenVinoDetector,
    default_detector,
    describer_named,
    detector_named,
)
from orchestrator.adapters.journal import JsonlJournal
from orchestrator.adapters.mqtt import AiomqttBus
from orchestrator.adapters.onvif import OnvifCameras, WsDiscovery, authorities_in
from orchestrator.adapters.schedule import ApschedulerWakeups
from orchestrator.adapters.scraping import ScrapedPage, place_of
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import FileSecrets, SystemClock, usage
from orchestrator.adapters.video import RtspFrames, Way
from orchestrator.app.service import Doors, Service
from orchestrator.domain.sighting import Inherited
from orchestrator.domain.site import Haste, Site
from orchestrator.errors import AuthorError, Finding, ModelError, StoreError
from orchestrator.ports import Bus, Describer, Secrets, Store
from orchestrator.tell import farewell
from orchestrator.topology import exposed

log = structlog.get_logger()


@asynccontextmanager
async def wired(
    folder: Path,
    *,
    store_file: Path,
    secrets: Path,
    journal: Path | None = None,
    events: Path | None = None,
    at: datetime | None = None,
    model: str | None = None,
    metrics: str | None = None,
) -> AsyncIterator[Service]:
    """Read a site and open every door of its service; close them at the end, whatever happens.

    ``model`` is a detector listed in ``models.yaml`` beside the site's folder; None: what ships.
    ``metrics`` is where figures are served, ``PORT`` or ``HOST:PORT``; None: nowhere.

    A policy file that is wrong is left out, aloud; the rest of the site goes live. One that is, or
    may be, a privacy rule is not left out: then nothing goes live (``AuthorError``).
    """
    files = SiteFolder(folder)
    site = files.first()
    for finding in site.findings:
        log.warning("policy left out", finding=str(finding))
    for warning in exposed(site):
        log.warning("privacy", finding=str(warning))
    safe = FileSecrets(secrets)
    clock = SystemClock(wall_start=at, timezone=site.timezone)
    wakeups = ApschedulerWakeups(clock)
    async with AsyncExitStack() as doors_open:
        store = await opened(store_file)
        doors_open.push_async_callback(store.aclose)
        if store.replaced is not None:
            log.error("store began anew", reason=str(store.replaced))
        await doors_open.enter_async_context(wakeups.running())
        approvals = await store.approvals()
        hosts = {approval.camera: approval.host for approval in approvals}
        cards = folder.parent / "models.yaml"
        detector = _detector(site, model, cards, cache=store_file.parent / "compiled")
        ways = {camera.id: Way(camera.transport, camera.port) for camera in site.cameras}
        doors = Doors(
            cameras=await doors_open.enter_async_context(
                OnvifCameras(
                    clock,
                    authorities=authorities_in(folder, site.authorities),
                    subscriptions=store,
                    refusals=store,
                )
            ),
            frames=RtspFrames(hosts.get, ways.__getitem__),
            detector=await doors_open.enter_async_context(detector.running()),
            bus=_bus(site, safe),
            store=store,
            secrets=safe,
            clock=clock,
            fresh=SystemClock(timezone=site.timezone),
            wakeups=wakeups,
            files=files,
            discovery=None if site.discovery == () else WsDiscovery(),
            describer=await _describer(doors_open, site, cards),
            journal=None if journal is None else JsonlJournal(journal),
            events=None if events is None else JsonlJournal(events),
            usage=usage,
            scrapes=None if metrics is None else ScrapedPage(*place_of(metrics)),
        )
        remembered = [await store.remembered(camera.id) for camera in site.cameras]
        service = Service(
            site,
            doors,
            approvals=approvals,
            run=uuid4().hex[:8],
            remembered=[each.passport for each in remembered if each is not None],
            left=await _left(store),
        )
        _set_aside(doors_open)
        yield service


async def _left(store: Store) -> Inherited:
    """Return what the run before left; what cannot be read is let go, aloud."""
    try:
        return await store.inherited()
    except StoreError as error:
        log.warning("flags and waiting alarms begin anew", reason=str(error))
        return Inherited()


def _set_aside(doors_open: AsyncExitStack) -> None:
    """Have what is loaded by now left out of collections: it stays as long as the service does.

    Looking through all of it takes longer than a tick, and happens whenever enough is new.
    """
    gc.collect()
    gc.freeze()
    doors_open.callback(gc.unfreeze)


def _detector(site: Site, model: str | None, cards: Path, *, cache: Path) -> KeptDetector:
    """Return the detector to load; a site without a model still steers by hand, patrol and privacy."""
    wanted = site.watching.inference
    latency = wanted.haste is Haste.LATENCY or (
        wanted.haste is Haste.AUTO and len(site.cameras) == 1
    )
    device = Device(wanted.device, latency, wanted.otherwise, cache)

    async def load() -> OpenVinoDetector:
        if model is None:
            return await default_detector(device)
        return await detector_named(model, cards, device)

    return KeptDetector(load, SystemClock())


async def _describer(doors_open: AsyncExitStack, site: Site, cards: Path) -> Describer | None:
    """Load the model that tells people apart; without it they are told by their colours alone."""
    wanted = site.watching.reidentify
    if wanted is None:
        return None
    try:
        describer = await describer_named(wanted.model, cards)
    except ModelError as error:
        log.warning("people are told apart by their colours alone", reason=str(error))
        return None
    doors_open.push_async_callback(describer.aclose)
    log.info("people are told apart", model=wanted.model, because=wanted.because)
    return describer


def _bus(site: Site, secrets: Secrets) -> Bus:
    """Return the site's broker as a bus; a site without one is told so: nobody would hear it."""
    if site.broker is None:
        message = f"site `{site.name}` names no broker"
        hint = "add `mqtt: {at: HOST:PORT, credentials: NAME}` to site.yaml"
        raise AuthorError([Finding("site.yaml", 1, 1, message, hint)])
    return AiomqttBus(
        host=site.broker.host,
        port=site.broker.port,
        credentials=secrets.credentials(site.broker.credentials),
        tls=site.broker.tls,
        will=farewell(site),
    )
