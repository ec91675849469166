"""The figures as Prometheus reads them: its text format 0.0.4, written whole at every question.

Names follow its conventions: a unit in the name, ``_total`` for what only grows; ages are a histogram,
so that any share of them can be asked for over any while.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from orchestrator.domain.camera import LinkState
from orchestrator.domain.figures import CameraFigures, Figures, ServiceFigures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "orchestrator"
_ONLINE, _SHUT_OUT = LinkState.ONLINE.value, LinkState.QUARANTINED.value

_SERVICE: tuple[tuple[str, str, str, Callable[[ServiceFigures], float]], ...] = (
    ("up_seconds", "gauge", "How long the service has run.", lambda one: one.up_s),
    ("ticks_total", "counter", "Ticks of thinking.", lambda one: one.ticks),
    ("tick_p99_seconds", "gauge", "Of the last minute's ticks.", lambda one: one.tick_p99_s),
    ("loop_lag_p99_seconds", "gauge", "How late the event loop was.", lambda one: one.lag_p99_s),
    (
        "resident_memory_bytes",
        "gauge",
        "Of the process itself.",
        lambda one: one.usage.memory_bytes,
    ),
    ("cpu_seconds_total", "counter", "Of the process itself.", lambda one: one.usage.processor_s),
    ("inference_queue", "gauge", "Pictures at the detector.", lambda one: one.inference_queue),
    ("inbox", "gauge", "Observations that wait to be thought about.", lambda one: one.inbox),
    ("observations_lost_total", "counter", "They had no room.", lambda one: one.lost),
)
_CAMERA: tuple[tuple[str, str, str, Callable[[CameraFigures], float]], ...] = (
    ("decoded_total", "counter", "Pictures decoded.", lambda one: one.flow.decoded),
    ("gated_total", "counter", "Decoded, still or not wanted.", lambda one: one.flow.gated),
    (
        "dropped_total",
        "counter",
        "A newer picture came before they were searched.",
        lambda one: one.flow.dropped + one.replaced,
    ),
    ("packets_lost_total", "counter", "Packets that never came.", lambda one: one.flow.lost),
    ("searched_total", "counter", "Pictures searched.", lambda one: one.searched),
    ("restarts_total", "counter", "Decoders started again.", lambda one: one.restarts),
    ("online", "gauge", "1 where it sees and steers.", lambda one: one.link == _ONLINE),
    ("quarantined", "gauge", "1 where nothing is sent to it.", lambda one: one.link == _SHUT_OUT),
    (
        "video_quarantined",
        "gauge",
        "1 while its stream is not opened for what it sent.",
        lambda one: one.video_quarantined,
    ),
    ("all_hidden", "gauge", "1 while nothing may be seen of it.", lambda one: one.hidden == "all"),
)


def exposition(figures: Figures) -> str:
    r"""Return the figures as text.

    >>> from orchestrator.domain.figures import Usage
    >>> service = ServiceFigures(1.5, 10, 5.0, 0.01, 0.002, Usage(1024, 0.5), 0, 0, 0)
    >>> exposition(Figures(service, ())).splitlines()[:3]
    ['# HELP orchestrator_up_seconds How long the service has run.', '# TYPE orchestrator_up_seconds gauge', 'orchestrator_up_seconds 1.5']
    """
    return "".join(f"{line}\n" for line in _lines(figures))


def _lines(figures: Figures) -> Iterator[str]:
    for name, sort, says, value in _SERVICE:
        yield from _family(name, sort, says, [("", value(figures.service))])
    for name, sort, says, of in _CAMERA:
        found = [(_label(one), of(one)) for one in figures.cameras]
        yield from _family(f"camera_{name}", sort, says, found)
    yield from _ages(figures.cameras)


def _family(name: str, sort: str, says: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    full = f"{_PREFIX}_{name}"
    yield f"# HELP {full} {says}"
    yield f"# TYPE {full} {sort}"
    for labels, value in samples:
        yield f"{full}{labels and '{' + labels + '}'} {_number(value)}"


def _ages(cameras: Iterable[CameraFigures]) -> Iterator[str]:
    """Yield how old pictures were when their detections were there, as a histogram without a sum."""
    full = f"{_PREFIX}_camera_detection_age_seconds"
    yield f"# HELP {full} From a picture's exposure to its detections."
    yield f"# TYPE {full} histogram"
    for one in cameras:
        label = _label(one)
        for bound, count in zip((*one.bounds_s, None), accumulate(one.ages), strict=True):
            at = "+Inf" if bound is None else _number(bound)
            yield f'{full}_bucket{{{label},le="{at}"}} {count}'
        yield f"{full}_count{{{label}}} {sum(one.ages)}"


def _label(one: CameraFigures) -> str:
    r"""Return a camera's name as a label, with what would end it escaped."""
    name = one.camera.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'camera="{name}"'


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
