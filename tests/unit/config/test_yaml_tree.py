"""The strict reader of YAML: what it means, and what it refuses, fast and at its place."""

import time

import pytest

from orchestrator.config.tree import MAX_CHARACTERS, Entries, Items, Scalar, tree_of
from orchestrator.errors import AuthorError, Finding


def refused(text: str) -> Finding:
    with pytest.raises(AuthorError) as caught:
        tree_of(text, "site.yaml")
    return caught.value.findings[0]


def test_words_mean_what_they_say() -> None:
    tree = tree_of("on: no\nat: 22:00\nversion: 012\nempty:\n", "policy.yaml")

    assert isinstance(tree, Entries)
    written = {key.text: value.text for key, value in tree.entries if isinstance(value, Scalar)}
    assert written == {"on": "no", "at": "22:00", "version": "012", "empty": ""}


def test_every_key_and_value_knows_its_place() -> None:
    tree = tree_of('größe:\n  - {ä: "öü", b: 2}\n', "policy.yaml")

    assert isinstance(tree, Entries)
    [(key, items)] = tree.entries
    assert isinstance(items, Items)
    [entry] = items.items
    assert isinstance(entry, Entries)
    places = [
        (node.place.line, node.place.column, node.place.width)
        for node in (key, entry.entries[0][1], entry.entries[1][0])
    ]
    assert places == [(1, 1, 5), (2, 9, 4), (2, 15, 1)]


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("a: 1\na: 2\n", "key `a` is written twice", (2, 1)),
        ("a: &x 1\nb: *x\n", "anchors are refused", (1, 4)),
        ("b: *x\n", "aliases are refused", (1, 4)),
        ("a: !!python/object:os.system 1\n", "tags are refused", (1, 4)),
        ("a: !include secrets.yaml\n", "tags are refused", (1, 4)),
        ("<<: {a: 1}\n", "merge keys are refused", (1, 1)),
        ("{[1, 2]: 3}\n", "a key must be a word", (1, 2)),
        ("a: 1\n---\nb: 2\n", "a second document; write one per file", (3, 1)),
        ("a:\tb\n\tc: d\n", "tab where spaces are expected", (1, 3)),
        ("a: b\x07\n", "control character U+0007", (1, 5)),
        ("a: \u202eb\n", "control character U+202E", (1, 4)),
        ("", "file is empty", (1, 1)),
        ("a: [1, 2\n", "not valid YAML: did not find expected ',' or ']'", (2, 1)),
    ],
)
def test_what_people_do_not_write_by_hand_is_refused_at_its_place(
    text: str, message: str, at: tuple[int, int]
) -> None:
    found = refused(text)

    assert (found.message, (found.line, found.column)) == (message, at)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "a: &a [x,x,x,x,x,x,x,x,x]\n" + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" * 40,
        "x: " + "a" * (MAX_CHARACTERS + 1),
        "\n".join(f"k{number}: 1" for number in range(30_000)),
        "? " * 20_000,
        "'" * 99_999,
        "\x00" * 1_000,
    ],
    ids=["brackets", "braces", "dashes", "aliases", "giant", "many", "marks", "quotes", "zeros"],
)
def test_an_attack_is_refused_within_a_second(text: str) -> None:
    begun = time.process_time()

    refused(text)

    assert time.process_time() - begun < 1.0


def test_a_finding_shows_the_line_with_a_caret_and_hides_what_cannot_be_seen() -> None:
    assert str(refused("name: x\na: b\x07c\n")) == (
        "site.yaml:2:5: control character U+0007\n    2 | a: b c\n      |     ^"
    )
