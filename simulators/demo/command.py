"""``python -m simulators demo`` and ``score``: arguments, the order of things, exit statuses.

0: every gate is reached. 1: a gate is missed, or a process failed; what was recorded until then is
scored. 2: the command was wrong. 130: stopped by Ctrl-C, and nothing is scored. Whatever happens,
every process that was started has ended.
"""

import argparse
import asyncio
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from simulators.demo.crew import ProcessFailedError
from simulators.demo.play import AT, Run, performed
from simulators.demo.report import Result, scored, told, written_summary
from simulators.demo.show import console
from simulators.demo.stage import USUAL_NET, Stage, opened, prepared
from simulators.demo.story import story
from simulators.score.places import read_depot

WRONG = 2
INTERRUPTED = 130


def main(argv: Sequence[str]) -> int:
    """Run ``demo ...`` or ``score ...`` and return the exit status."""
    began_s = time.monotonic()
    parsed = _parser().parse_args(list(argv))
    try:
        if parsed.command == "score":
            return _closed(opened(parsed.site, parsed.out), None)
        stage = prepared(parsed.site, parsed.out, parsed.net)
    except OSError as wrong:
        console().print(f"the command was wrong: {wrong}", style="red", markup=False)
        return WRONG
    run = Run(stage, parsed.seed, length_s=parsed.for_s, at=parsed.at)
    try:
        explanations = asyncio.run(_stoppable(run))
    except (KeyboardInterrupt, asyncio.CancelledError):
        console().print("stopped; every process of the demo has ended")
        return INTERRUPTED
    except ProcessFailedError as failed:
        console().print(f"the demo failed: {failed}", style="red", markup=False, highlight=False)
        return _closed(stage, None) or 1 if stage.journal.exists() else 1
    status = _closed(stage, explanations)
    console().print(f"the demo took {time.monotonic() - began_s:.0f} s", highlight=False)
    return status


async def _stoppable(run: Run) -> Mapping[str, str]:
    """Run the demo so that SIGTERM stops it as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await performed(run)


def _closed(stage: Stage, explanations: Mapping[str, str] | None) -> int:
    """Score what was recorded, write the three files, tell, and return the status."""
    result = scored(stage)
    written_summary(result, stage.out / "summary.json")
    _pictured(result, stage)
    files = ["summary.json", "plan.png"]
    if explanations is not None:
        (stage.out / "explain.md").write_text(story(result, explanations), encoding="utf-8")
        files.append("explain.md")
    told(result, console())
    console().print(f"written to {stage.out}: {', '.join(files)}", highlight=False)
    return 0 if result.passed else 1


def _pictured(result: Result, stage: Stage) -> None:
    # imported only here: matplotlib takes a second that a failing start should not wait for
    from simulators.demo.picture import drawn  # noqa: PLC0415

    drawn(result, read_depot(stage.site), stage.out / "plan.png")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="run the product on a simulated site, and score it")
    demo.add_argument("site", type=Path, help="folder with site.yaml and facility.yaml")
    demo.add_argument("--seed", type=int, default=1, help="which walkers and vehicles [1]")
    demo.add_argument("--out", type=Path, default=Path("out/demo"), help="folder to write to")
    demo.add_argument(
        "--net", default=USUAL_NET, help=f"first three numbers of every address [{USUAL_NET}]"
    )
    demo.add_argument(
        "--for", dest="for_s", type=float, default=82.0, help="seconds the service runs [82]"
    )
    demo.add_argument("--at", default=AT, help=f"the calendar's moment at the start [{AT}]")
    score = commands.add_parser("score", help="score a run again from its files")
    score.add_argument("site", type=Path, help="folder with site.yaml and facility.yaml")
    score.add_argument("--out", type=Path, default=Path("out/demo"), help="folder of the run")
    return parser
