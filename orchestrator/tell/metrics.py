"""Figures for people and machines on the broker: the newest of each, retained, every few seconds."""

import structlog

from orchestrator.domain.figures import CameraFigures, Figures, ServiceFigures
from orchestrator.domain.instant import Instant
from orchestrator.domain.site import Site
from orchestrator.errors import BusError
from orchestrator.ports import Bus, Clock, Message
from orchestrator.runtime.channels import Latest
from orchestrator.tell.payloads import CameraMetricsPayload, ServiceMetricsPayload
from orchestrator.tell.topics import Topics

log = structlog.get_logger()


class Metrics:
    """Tells the newest figures; what the broker misses is told no more."""

    def __init__(self, site: Site, *, bus: Bus, clock: Clock) -> None:
        """Keep the doors; nothing is told before ``run``. ``clock`` shows the true day: figures age by it."""
        self._topics = Topics(site.name)
        self._bus = bus
        self._clock = clock
        self._newest: Latest[Figures] = Latest()

    def put(self, figures: Figures) -> None:
        """Replace what is to be told."""
        self._newest.put(figures)

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._bus.connected()
            figures = await self._newest.take()
            try:
                await self._tell(figures)
            except BusError as error:
                log.debug("figures wait for the broker", why=str(error))

    async def _tell(self, figures: Figures) -> None:
        now, topics = self._clock.now(), self._topics
        for camera in figures.cameras:
            payload = camera_payload(camera, now).encoded()
            await self._bus.publish(
                Message(topics.camera_metrics(camera.camera), payload, retain=True, qos=0)
            )
        told = service_payload(figures.service, now).encoded()
        await self._bus.publish(Message(topics.service_metrics, told, retain=True, qos=0))


def service_payload(service: ServiceFigures, now: Instant) -> ServiceMetricsPayload:
    """Return how the process fares as it is told."""
    return ServiceMetricsPayload(
        at=now.wall,
        up_s=round(service.up_s, 3),
        ticks_per_s=round(service.ticks_per_s, 3),
        tick_p99_s=round(service.tick_p99_s, 6),
        lag_p99_s=round(service.lag_p99_s, 6),
        memory_bytes=service.usage.memory_bytes,
        processor_s=round(service.usage.processor_s, 3),
        inference_queue=service.inference_queue,
        inbox=service.inbox,
        lost=service.lost,
    )


def camera_payload(camera: CameraFigures, now: Instant) -> CameraMetricsPayload:
    """Return how a camera's video fares as it is told."""
    return CameraMetricsPayload(
        at=now.wall,
        camera=camera.camera,
        link=camera.link,
        video_quarantined=camera.video_quarantined,
        hidden=camera.hidden,
        rung=camera.rung,
        restarts=camera.restarts,
        decoded=camera.flow.decoded,
        gated=camera.flow.gated,
        dropped=camera.flow.dropped + camera.replaced,
        packets_lost=camera.flow.lost,
        searched=camera.searched,
        decoded_per_s=round(camera.decoded_per_s, 3),
        gated_per_s=round(camera.gated_per_s, 3),
        dropped_per_s=round(camera.dropped_per_s, 3),
        searched_per_s=round(camera.searched_per_s, 3),
        age_p50_s=_rounded(camera.age_p50_s),
        age_p99_s=_rounded(camera.age_p99_s),
    )


def _rounded(age_s: float | None) -> float | None:
    return None if age_s is None else round(age_s, 4)
