"""`cases/*.yaml` -> PolicyCase: given, expected; every name checked against the site.

A time of a case is written as `4s` after its start.
"""

from datetime import UTC, datetime

from orchestrator.config.case_keys import CASE
from orchestrator.config.cast import Cast
from orchestrator.config.expected import ExpectedReader
from orchestrator.config.fields import Fields, Notes, scalar, truth
from orchestrator.config.given import GivenReader
from orchestrator.config.tree import Page, tree_of
from orchestrator.domain.policy import Source
from orchestrator.domain.policy_case import PolicyCase
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError


def parsed_case(text: str, path: str, site: Site) -> PolicyCase:
    """Return the case that a file describes; ``AuthorError`` with every mistake."""
    notes = Notes(Page(text, path))
    case = _case(Fields(tree_of(text, path), notes, "the case", CASE), site)
    if notes.findings:
        raise AuthorError(sorted(notes.findings, key=lambda found: (found.line, found.column)))
    return case


def _case(top: Fields, site: Site) -> PolicyCase:
    """Return the case, as far as it could be read."""
    cast = Cast(site, top.notes)
    given_reader, expected_reader = GivenReader(cast), ExpectedReader(cast)
    given = [
        event
        for fields in top.inners("given", "what is given")
        for event in given_reader.events(fields)
    ]
    expect = [
        expected_reader.expectation(fields) for fields in top.inners("expect", "what is expected")
    ]
    return PolicyCase(
        name=top.text("case"),
        site=top.text("site"),
        at=_moment(top),
        given=tuple(sorted(given, key=lambda event: event.at_s)),
        expect=tuple(one for one in expect if one is not None),
        flags=_flags(top, site),
        source=Source(top.notes.page.path, top.place_of("case").line),
    )


def _moment(top: Fields) -> datetime:
    value = top.scalar("at")
    at = None if value is None else _moment_of(value.text)
    if value is not None and at is None:
        top.notes.wrong(
            value,
            f"`at` must be a moment with its offset, found `{value.text}`",
            "such as `2026-03-29T01:58+01:00`",
        )
    return at or datetime.min.replace(tzinfo=UTC)


def _flags(top: Fields, site: Site) -> tuple[tuple[str, bool], ...]:
    """Return the site's flags that this case sets."""
    known = [name for name, _ in site.flags]
    flags: list[tuple[str, bool]] = []
    for key, node in top.entries("flags"):
        value = scalar(node, top.notes, f"flag `{key.text}`")
        if key.text not in known:
            top.notes.unknown(key, "flag", known)
        elif value is not None:
            flags.append((key.text, truth(value, top.notes, key.text, default=False)))
    return tuple(flags)


def _moment_of(text: str) -> datetime | None:
    """Return a moment that is written with its offset from UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else at
