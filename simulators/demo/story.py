"""``explain.md``: what happened and why, in the product's own words, and what it was worth."""

from collections.abc import Mapping
from datetime import UTC, datetime

from simulators.demo.report import Result, mark, plain
from simulators.score.handoffs import Handoff
from simulators.score.summary import Findings

HEAD = """# What happened, and why

{when}, seed {seed}. The picture: [plan.png](plan.png); the figures: [summary.json](summary.json);
how to read them: `docs/guide/demo.md`.
"""


def story(result: Result, explanations: Mapping[str, str]) -> str:
    """Return the page; ``explanations`` is what ``orchestrator explain`` printed, by camera."""
    start = HEAD.format(
        when=datetime.now(UTC).strftime("Run of %Y-%m-%d %H:%M UTC"),
        seed=result.evidence.truth.seed,
    )
    parts = [start, _figures(result), _moves(explanations), _handoffs(result.found)]
    parts += [_operator(result), _failures(result.found)]
    return "\n".join(part for part in parts if part)


def _figures(result: Result) -> str:
    rows = [
        f"| {verdict.name} | {plain(verdict.value)} | {verdict.wanted} | {mark(verdict)} |"
        for verdict in result.verdicts
    ]
    head = ["## The figures", "", "| figure | measured | wanted | |", "|---|---:|---:|---|"]
    return "\n".join([*head, *rows, ""])


def _moves(explanations: Mapping[str, str]) -> str:
    parts = ["## Why each camera moved", "", "Newest last, as `orchestrator explain` tells it.", ""]
    for camera, text in explanations.items():
        parts += [
            f"### {camera}",
            "",
            "```",
            text.strip() or "(no decision is on record)",
            "```",
            "",
        ]
    return "\n".join(parts)


def _handoffs(found: Findings) -> str:
    if not found.handoffs:
        return ""
    first_s = found.handoffs[0].at_s
    rows = [_handoff(one, first_s) for one in found.handoffs]
    head = [
        "## Hand-offs",
        "",
        "Seconds are counted from the first one; names of people are the simulator's.",
        "",
        "| s | person | from | to | kind | identity before -> after | outcome |",
        "|---:|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _handoff(one: Handoff, first_s: float) -> str:
    kind = "blind" if one.blind else "overlap"
    change = f"{one.before or 'none'} -> {one.after or 'none'}"
    return (
        f"| {one.at_s - first_s:.1f} | {one.person} | {one.origin} | {one.camera} | {kind} "
        f"| {change} | {one.outcome} |"
    )


def _operator(result: Result) -> str:
    session = result.evidence.session
    if not session.commands:
        return ""
    rows = []
    for command in session.commands:
        steps = [
            " ".join(filter(None, (reply.step, reply.code)))
            for reply in session.replies
            if reply.id == command.id and reply.at_s >= command.at_s
        ]
        again = " (the same id again)" if command.repeat else ""
        rows.append(f"- `{command.verb}`{again}: {', '.join(steps) or 'no answer'}")
    return "\n".join(["## What the operator asked, and heard", "", *rows, ""])


def _failures(found: Findings) -> str:
    if not found.failures:
        return ""
    return "\n".join(["## Failures", "", *(f"- {failure}" for failure in found.failures), ""])
