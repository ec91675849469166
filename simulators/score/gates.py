"""Which figures a run has to reach. A figure that is missing does not pass."""

from collections.abc import Callable
from dataclasses import dataclass

from simulators.score.summary import Summary

Figure = float | int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure, what was wanted of it, and whether it was reached (None: not judged)."""

    name: str
    value: Figure
    wanted: str
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Gate:
    """What is wanted of a figure, in words and as a test."""

    name: str
    wanted: str
    reached: Callable[[float], bool]


def at_least(name: str, limit: float) -> Gate:
    """Return a gate for a figure that may not be less than ``limit``."""
    return Gate(name, f">= {limit:g}", lambda value: value >= limit)


def at_most(name: str, limit: float) -> Gate:
    """Return a gate for a figure that may not be more than ``limit``."""
    return Gate(name, f"<= {limit:g}", lambda value: value <= limit)


def every(name: str, whole: int | None) -> Gate:
    """Return a gate for a figure that counts how many of ``whole`` did well, which is all."""
    if not whole:
        return Gate(name, "all", lambda _: False)
    return Gate(name, f"all {whole}", lambda value: value >= whole)


FIXED = (
    at_least("detect_fps_per_camera", 5),
    at_least("detection_recall", 0.85),
    at_least("people", 5),
    at_least("handoffs", 10),
    at_least("handoff_success", 0.8),
    at_most("handoff_wrong", 0.1),
    at_least("ptz_moves", 6),
    at_least("ptz_pre_aimed", 0.5),
    at_least("time_on_target", 0.6),
    at_most("privacy_violations", 0),
    at_most("failures", 0),
)


def gates(summary: Summary) -> tuple[Gate, ...]:
    """Return every gate; two depend on how many cameras and commands there were."""
    return (
        every("cameras_onboarded", summary.cameras_present),
        every("mqtt_acknowledged", summary.mqtt_commands),
        *FIXED,
    )


def verdicts(summary: Summary) -> tuple[Verdict, ...]:
    """Return every figure in the summary's order, judged where there is a gate."""
    wanted = {gate.name: gate for gate in gates(summary)}
    return tuple(
        _verdict(name, getattr(summary, name), wanted.get(name))
        for name in Summary.__dataclass_fields__
    )


def passed(summary: Summary) -> bool:
    """Return whether every gate is reached."""
    return all(verdict.passed is not False for verdict in verdicts(summary))


def _verdict(name: str, value: Figure, gate: Gate | None) -> Verdict:
    if gate is None:
        return Verdict(name, value, "", None)
    return Verdict(name, value, gate.wanted, value is not None and gate.reached(value))
