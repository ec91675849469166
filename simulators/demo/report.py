"""The end of a run in figures: the table on the screen and ``summary.json``."""

from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulators.demo.stage import Stage
from simulators.score.detection import fps_of
from simulators.score.evidence import Evidence, read_evidence
from simulators.score.gates import Figure, Verdict, passed, verdicts
from simulators.score.places import read_layout
from simulators.score.sight import Layout
from simulators.score.summary import Findings, Summary, findings, summary


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Everything that is known of a run after it."""

    evidence: Evidence
    layout: Layout
    found: Findings
    summary: Summary

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return every figure with its gate."""
        return verdicts(self.summary)

    @property
    def passed(self) -> bool:
        """Return whether every gate is reached."""
        return passed(self.summary)


def scored(stage: Stage) -> Result:
    """Return what a run was worth, from the recordings in its folder."""
    evidence = read_evidence(stage.truth, stage.journal, stage.session)
    layout = read_layout(stage.site)
    found = findings(evidence, layout)
    return Result(evidence, layout, found, summary(evidence, found))


def written_summary(result: Result, path: Path) -> None:
    """Write ``summary.json``: the figures first, then their gates and the evidence."""
    document = {
        **{verdict.name: _rounded(verdict.value) for verdict in result.verdicts},
        "seed": result.evidence.truth.seed,
        "passed": result.passed,
        "gates": {
            verdict.name: {"wanted": verdict.wanted, "passed": verdict.passed}
            for verdict in result.verdicts
            if verdict.wanted
        },
        "details": details(result),
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")


def details(result: Result) -> dict[str, object]:
    """Return what each figure was counted from, for whoever asks why."""
    found = result.found
    return {
        "clock_offset_ms": _ms(found.matched.offset_s),
        "boxes_unmatched_share": _rounded(found.matched.unmatched_share),
        "fps": {
            camera.id: _rounded(fps_of(result.evidence, camera.id))
            for camera in result.evidence.truth.cameras
        },
        "recall": {camera: _rounded(value) for camera, value in recalls(result).items()},
        "handoffs": [asdict(handoff) for handoff in found.handoffs],
        "awaited": [
            {
                "camera": one.grant.camera,
                "preset": one.grant.preset,
                "granted_s": one.grant.start_s,
                "settled_s": one.settled_s,
                "entered_s": one.entered_s,
                "ahead": one.ahead,
            }
            for one in found.awaited
        ],
        "watched": [asdict(one) for one in found.watched],
        "privacy_violations": [asdict(one) for one in found.violations or ()],
        "failures": list(found.failures),
    }


def recalls(result: Result) -> dict[str, float]:
    """Return the recall of each camera that had people to find."""
    counted: dict[str, tuple[int, int]] = {}
    for frame in result.found.matched.looked:
        right, missed = counted.get(frame.camera, (0, 0))
        counted[frame.camera] = (right + len(frame.found), missed + len(frame.missed))
    return {
        camera: right / (right + missed)
        for camera, (right, missed) in sorted(counted.items())
        if right + missed
    }


def table(result: Result) -> Table:
    """Return the summary as a table with its gates."""
    shown = Table(title="What the run was worth", title_justify="left")
    shown.add_column("figure")
    shown.add_column("measured", justify="right")
    shown.add_column("wanted", justify="right")
    shown.add_column("")
    for verdict in result.verdicts:
        shown.add_row(verdict.name, plain(verdict.value), verdict.wanted, _mark(verdict))
    return shown


def told(result: Result, console: Console) -> None:
    """Print the table and, where a gate is missed, what to look at."""
    console.print(table(result))
    for failure in result.found.failures:
        console.print(f"failure: {failure}", markup=False, style="red", soft_wrap=True)
    missed = [verdict.name for verdict in result.verdicts if verdict.passed is False]
    if missed:
        console.print(f"FAILED: {', '.join(missed)}", style="red", soft_wrap=True)
    else:
        console.print("PASSED: every gate is reached", style="green")


def plain(value: Figure) -> str:
    """Return a figure as people read it.

    >>> plain(0.87654), plain(12), plain(None)
    ('0.877', '12', 'no data')
    """
    if value is None:
        return "no data"
    return (
        str(value) if isinstance(value, int) else f"{value:.3f}" if value < 10 else f"{value:.1f}"
    )


def mark(verdict: Verdict) -> str:
    """Return one word for how a figure did; nothing when it is not judged."""
    return {None: "", True: "pass", False: "FAIL"}[verdict.passed]


def _mark(verdict: Verdict) -> Text:
    return Text(mark(verdict), style="green" if verdict.passed else "bold red")


def _rounded(value: Figure) -> Figure:
    return value if value is None or isinstance(value, int) else round(value, 4)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
