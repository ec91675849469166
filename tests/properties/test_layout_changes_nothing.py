"""`policy fmt`: whatever order, braces, comments and units a file has, it says the same afterwards."""

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.config.cases import parsed_case
from orchestrator.config.layout import WIDTH, laid_out
from orchestrator.config.quoting import in_quotes
from orchestrator.config.tree import Entries, Items, Node, Scalar, tree_of
from orchestrator.domain.policy import Source
from orchestrator.errors import AuthorError
from tests.fakes.every_key import EVERY_KEY, ROUNDS
from tests.fakes.every_key import SITE as SITE_TEXT

ROOT = Path(__file__).parents[2]
NEW_LINE = "\n"
BARE = parsed_site(SITE_TEXT, "site.yaml")
NIGHT = ("policies/night/policy.yaml", EVERY_KEY["policy"][0])
SITE = replace(BARE, policies=parsed_policies([NIGHT, ROUNDS], BARE))
FILES = [
    (kind, text) for kind in ("site", "policy", "case", "inventory") for text in EVERY_KEY[kind]
]
SHIPPED = [
    *(("policy", path) for path in sorted(ROOT.glob("policies/*/policy.yaml"))),
    *(("case", path) for path in sorted(ROOT.glob("policies/*/cases/*.yaml"))),
    *(("site", path) for path in sorted(ROOT.glob("config/*/site.yaml"))),
]


def said(kind: str, text: str) -> Any:
    """Return what the strict reader makes of a file, wherever it stands in it."""
    match kind:
        case "site":
            return _placeless(parsed_site(text, "file"))
        case "policy":
            return _placeless(parsed_policies([("file", text), ROUNDS], BARE))
        case "case":
            case = parsed_case(text, "file", SITE)
            return _placeless((case.name, case.at, case.flags, case.given, case.site)), [
                _placeless((one.aspect, one.by_s)) for one in case.expect
            ]
        case _:
            return "an inventory"


def _placeless(value: Any) -> Any:
    if isinstance(value, Source):
        return "somewhere"
    if isinstance(value, tuple):
        return tuple(_placeless(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), [_placeless(getattr(value, each.name)) for each in fields(value)]
    return value


class Hand:
    """Writes a file as any person might: keys in any order, braces or not, comments between."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.comments: list[str] = []

    def block(self, node: Node, indent: int) -> str:
        pad, lines = " " * indent, ""
        if isinstance(node, Items):
            for item in node.items:
                lines += f"{self._comment(pad)}{pad}-{self._value(item, indent + 2)}"
        elif isinstance(node, Entries):
            for key, value in self._shuffled(node):
                lines += f"{self._comment(pad)}{pad}{self._scalar(key)}:"
                lines += self._value(value, indent + 2)
        return lines

    def _value(self, node: Node, indent: int) -> str:
        if isinstance(node, Scalar) or self._random.random() < 0.5:
            return f" {self._braced(node)}{self._comment('  ') or NEW_LINE}"
        return f"\n{self.block(node, indent)}"

    def _braced(self, node: Node) -> str:
        if isinstance(node, Scalar):
            return self._scalar(node)
        if isinstance(node, Items):
            return f"[{', '.join(self._braced(item) for item in node.items)}]"
        inside = (f"{self._scalar(key)}: {self._braced(it)}" for key, it in self._shuffled(node))
        return f"{{{', '.join(inside)}}}"

    def _shuffled(self, node: Entries) -> list[tuple[Scalar, Node]]:
        entries = list(node.entries)
        self._random.shuffle(entries)
        return entries

    @staticmethod
    def _scalar(node: Scalar) -> str:
        return node.text if node.plain else in_quotes(node.text)

    def _comment(self, pad: str) -> str:
        if self._random.random() < 0.8:
            return ""
        self.comments.append(f"# note {len(self.comments)}.")
        return f"{pad}{self.comments[-1]}\n"


@pytest.mark.slow
@settings(max_examples=60, phases=(Phase.generate,))
@given(st.sampled_from(FILES), st.integers(0, 2**32))
def test_a_file_written_by_any_hand_says_the_same_when_it_is_laid_out(
    file: tuple[str, str], seed: int
) -> None:
    kind, text = file
    hand = Hand(Random(seed))
    written = hand.block(tree_of(text, "file"), 0)

    result = laid_out(written, "file", kind)

    assert laid_out(result, "file", kind) == result
    assert said(kind, result) == said(kind, written)
    assert [result.count(comment) for comment in hand.comments] == [1] * len(hand.comments)


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=lambda it: getattr(it, "stem", it))
def test_what_ships_is_laid_out(kind: str, path: Path) -> None:
    text = path.read_text("utf-8")

    assert laid_out(text, str(path), kind) == text, "run `orchestrator policy fmt config policies`"


def test_keys_are_put_in_order_and_take_their_comments_along() -> None:
    text = """\
# yaml-language-server: $schema=policy.schema.json

# About this policy.
do:   # all of it
  # first
  - alarm: {say: "Person in {zone}", severity: high}   # told
  - look:
      for: 45 s
      at: target
# the hours
during: closed-hours

# what starts it
on:
  who: person
  enters:
    - yard
    - yard
version: 1
policy: night
cooldown: {per: target, for: 5min}
because: >
  Nobody works at night,
  and nobody should.
band: alarm
# the end
"""

    assert (
        laid_out(text, "policy.yaml", "policy")
        == """\
# yaml-language-server: $schema=policy.schema.json

# About this policy.
policy: night
version: 1
because: >
  Nobody works at night, and nobody should.
band: alarm
# the hours
during: closed-hours

# what starts it
on: {enters: [yard, yard], who: person}
cooldown: {for: 5m, per: target}
do:   # all of it
  # first
  - alarm: {severity: high, say: "Person in {zone}"}   # told
  - look: {at: target, for: 45s}
# the end
"""
    )


def test_a_comment_that_moves_above_a_map_leaves_it_in_braces() -> None:
    patrol = next(text for kind, text in FILES if kind == "policy" and "patrol: tour" in text)
    braces = "  - {camera: yard-ptz, preset: gate, dwell: 12s}\n"
    lines = "  - dwell: 12s\n    # first\n    camera: yard-ptz\n    preset: gate\n"
    assert braces in patrol

    result = laid_out(patrol.replace(braces, lines), "policy.yaml", "policy")

    assert result == patrol.replace(braces, f"  # first\n{braces}")


def test_what_does_not_fit_a_line_is_written_in_lines() -> None:
    reason = "because it is " * 9
    text = f'on: {{who: person, enters: yard}}\npolicy: p\nversion: 1\nband: alarm\nbecause: "{reason}"\n'
    text += f'do: [{{alarm: {{say: "{reason[:90]}", to: [security-desk, somebody-else], severity: high}}}}]\n'

    result = laid_out(text, "policy.yaml", "policy")

    assert "do:\n  - alarm:\n      severity: high\n      say:" in result
    assert max(len(line) for line in result.splitlines() if "because" not in line) <= WIDTH


def test_a_file_with_an_unknown_or_missing_key_is_left_alone_and_told() -> None:
    with pytest.raises(AuthorError) as told:
        laid_out("policy: p\non: {enters: yard, whom: person}\n", "policy.yaml", "policy")

    assert "policy.yaml:2:20: unknown key `whom` of `on`" in str(told.value)
    assert "the policy needs `because`" in str(told.value)
