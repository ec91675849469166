"""`top`: what it makes of what is told, and of what is not."""

from datetime import UTC, datetime, timedelta

from rich.console import Console

from orchestrator.cli.topping import Fared, table_of
from orchestrator.domain.figures import CameraFigures, Flow, ServiceFigures, Usage
from orchestrator.domain.ids import CameraId
from orchestrator.domain.instant import Instant
from orchestrator.tell.metrics import camera_payload, service_payload
from orchestrator.tell.payloads import ServiceStatus

NOW = Instant(100.0, datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
SERVICE = ServiceFigures(60.0, 600, 10.0, 0.004, 0.001, Usage(256 << 20, 3.5), 2, 0, 1)
GATE = CameraFigures(
    CameraId("[red]gate"),
    "online",
    "zones",
    flow=Flow(opened=3),
    decoded_per_s=9.94,
    age_p50_s=0.0123,
)
LOST = CameraFigures(CameraId("lost"), "quarantined", "nothing")


def fared(*cameras: CameraFigures) -> Fared:
    heard = Fared()
    heard.take(ServiceStatus(state="online", service="1", site="depot").encoded())
    heard.take(service_payload(SERVICE, NOW).encoded())
    for camera in cameras:
        heard.take(camera_payload(camera, NOW).encoded())
    return heard


def shown(heard: Fared, after_s: float = 1.0) -> str:
    console = Console(width=160, record=True, file=None, quiet=True)
    with console.capture() as captured:
        console.quiet = False
        console.print(table_of(heard, "depot", NOW.wall + timedelta(seconds=after_s)))
    return captured.get()


def test_cameras_are_rows_and_the_process_is_the_title() -> None:
    text = shown(fared(GATE, LOST))

    assert "depot: online, 1 of 2 cameras online, 1 quarantined" in text
    assert "ticks 10.0/s, p99 4.0 ms; loop late by 1.0 ms; memory 256 MiB" in text
    [row] = [line for line in text.splitlines() if "[red]gate" in line]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == [
        "[red]gate",
        "online",
        "zones",
        "",
        "9.9",
        "0.0",
        "0.0",
        "0.0",
        "12.3 ms",
        "",
        "2",
    ]


def test_a_camera_whose_video_is_quarantined_is_told_from_one_that_is_well() -> None:
    text = shown(
        fared(GATE, CameraFigures(CameraId("odd"), "degraded", "", video_quarantined=True))
    )

    assert "1 of 2 cameras online, 1 quarantined" in text
    assert "degraded, video quarantined" in text


def test_figures_of_a_service_that_has_gone_are_not_taken_for_news() -> None:
    heard = fared(GATE)

    assert "silent for 60 s" in shown(heard, after_s=60.0)
    heard.take(ServiceStatus(state="offline", service="1", site="depot").encoded())
    assert "depot: offline" in shown(heard)
    assert "says nothing" in shown(Fared())


def test_all_is_told_once_the_service_and_every_camera_of_the_site_are_heard() -> None:
    assert fared(GATE, LOST).told(["[red]gate", "lost"])
    assert not fared(GATE).told(["[red]gate", "lost"])
    assert not Fared().told([])


def test_what_is_not_understood_is_let_go() -> None:
    heard = fared(GATE)
    for payload in (b"", b"{}", b'{"schema": "camera-metrics", "camera": 7}', b"\xff"):
        heard.take(payload)

    document = heard.document()
    assert document["state"] == "online"
    assert isinstance(document["cameras"], list)
    assert len(document["cameras"]) == 1
