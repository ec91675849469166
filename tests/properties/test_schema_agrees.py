"""The schemas and the readers say the same: every key is in both, and what is wrong, is for both.

The files of `every_key` hold every key there is. Each is accepted by both; spoiled in one place it
is refused by both. What depends on the site is the reader's alone, so the schema never refuses
what a reader accepts.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from orchestrator.config import parsed_inventory, parsed_map, parsed_policies, parsed_site
from orchestrator.config.cases import parsed_case
from orchestrator.config.models import model_cards
from orchestrator.config.schema import FILES, schema_of
from orchestrator.config.shape import Kinds, MapOf, Shape, Value, ways
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError
from tests.fakes.editor import plain, refused
from tests.fakes.every_key import EVERY_KEY, ROUNDS
from tests.fakes.every_key import SITE as SITE_TEXT

ROOT = Path(__file__).parents[2]
EMPTY: Site = parsed_site(SITE_TEXT, "site.yaml")
NIGHT = ("policies/night/policy.yaml", EVERY_KEY["policy"][0])
SITE = replace(EMPTY, policies=parsed_policies([NIGHT, ROUNDS], EMPTY))
FILES_OF = [(kind, text) for kind, texts in EVERY_KEY.items() for text in texts]
SHIPPED = [
    *(("policy", path) for path in sorted(ROOT.glob("policies/*/policy.yaml"))),
    *(("case", path) for path in sorted(ROOT.glob("policies/*/cases/*.yaml"))),
    *(("site", path) for path in sorted(ROOT.glob("config/*/site.yaml"))),
    *(("inventory", path) for path in sorted(ROOT.glob("config/*/inventory.yaml"))),
    ("models", ROOT / "config/models.yaml"),
]
NONSENSE: Any = [[{}]]
"""What no key accepts."""


def reader_refuses(kind: str, text: str) -> bool:
    try:
        match kind:
            case "site":
                parsed_site(text, "site.yaml")
            case "policy":
                parsed_policies([("policies/x/policy.yaml", text), ROUNDS], SITE)
            case "case":
                parsed_case(text, "case.yaml", SITE)
            case "models":
                model_cards(text, Path("models.yaml"))
            case "topology":
                parsed_map(text, "topology.yaml", SITE)
            case _:
                parsed_inventory(text, "inventory.yaml", SITE)
    except AuthorError:
        return True
    return False


def maps_in(data: Any, value: Value) -> Iterator[tuple[dict[str, Any], Shape]]:
    """Yield every map of a file that has a shape, with its shape."""
    if isinstance(data, list):
        for item in data:
            yield from maps_in(item, value)
    if not isinstance(data, dict):
        return
    for way in ways(value):
        if isinstance(way, MapOf):
            for item in data.values():
                yield from maps_in(item, way.value)
            return
        shape = way.shape(frozenset(data)) if isinstance(way, Kinds) else way
        if isinstance(shape, Shape):
            yield data, shape
            for name, item in data.items():
                yield from maps_in(item, shape.key(name).value)
            return


def shapes_of(value: Value) -> Iterator[Shape]:
    """Yield every shape that a file may have in it."""
    for way in ways(value):
        inside = [shape for _, shape in way.shapes] if isinstance(way, Kinds) else []
        if isinstance(way, Kinds) and value is not FILES["policy"][0]:
            inside.append(way.otherwise)
        for shape in [way] if isinstance(way, Shape) else inside:
            yield shape
            for key in shape.keys:
                yield from shapes_of(key.value)


def spoiled(text: str, kind: str) -> Iterator[tuple[str, Any]]:
    """Yield a file spoiled in one place, again and again."""
    data = plain(text)
    for number, (known, shape) in enumerate(maps_in(data, FILES[kind][0])):
        for key in (*known, "xyzzy"):
            worse = deepcopy(data)
            here = list(maps_in(worse, FILES[kind][0]))[number][0]
            here[key] = NONSENSE
            yield f"{number}: {key} is nonsense", worse
        for row in shape.keys:
            if row.required and row.name in known:
                worse = deepcopy(data)
                del list(maps_in(worse, FILES[kind][0]))[number][0][row.name]
                yield f"{number}: no {row.name}", worse


@pytest.mark.parametrize(("kind", "text"), FILES_OF)
def test_a_file_with_every_key_is_accepted_by_both(kind: str, text: str) -> None:
    assert not reader_refuses(kind, text)
    assert refused(kind, plain(text)) == []


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=lambda it: getattr(it, "stem", it))
def test_every_shipped_file_is_accepted_and_names_its_schema(kind: str, path: Path) -> None:
    text = path.read_text("utf-8")
    first, named = text.split("\n", 1)[0].split("$schema=")

    assert refused(kind, plain(text)) == []
    assert first == "# yaml-language-server: "
    assert (path.parent / named).resolve() == ROOT / f"config/schema/{kind}.schema.json"


@pytest.mark.parametrize("kind", FILES)
def test_every_key_of_every_table_is_in_the_files_that_are_tried(kind: str) -> None:
    tables = {id(shape): shape for shape in shapes_of(FILES[kind][0])}
    met: dict[int, set[str]] = {}
    for text in EVERY_KEY[kind]:
        for data, shape in maps_in(plain(text), FILES[kind][0]):
            met.setdefault(id(shape), set()).update(data)

    for number, shape in tables.items():
        assert set(shape.names) == met.get(number, set()), "add it to tests/fakes/every_key.py"


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "text"), FILES_OF)
def test_what_is_spoiled_in_one_place_is_refused_by_both(kind: str, text: str) -> None:
    for what, data in spoiled(text, kind):
        assert reader_refuses(kind, json.dumps(data)), what
        assert refused(kind, data), what


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("site", "height: 4.5 m", "height: 4.5"),
        ("site", "height: 4.5 m", "height: 0 m"),
        ("site", "height: 4.5 m", "height: 4.5 kg"),
        ("site", "gate-fixed:", "Gate Fixed:"),
        ("site", "moves_per_minute: 8", "moves_per_minute: 0"),
        ("site", "storm: false", "storm: off"),
        ("site", "[[0, 0], [4, 0]]", "[[0, 0]]"),
        ("site", "-170 deg to 170 deg", "170 deg"),
        ("site", "role: operator", "role: boss"),
        ("site", "version: 1", "version: 2"),
        ("policy", "hold: 1s", "hold: -1s"),
        ("policy", "hold: 1s", "hold: 1 second"),
        ("policy", "band: alarm", "band: loud"),
        ("policy", "on: {enters: yard, ", "on: {enters: yard, leaves: any view, within: 1s, "),
        ("policy", "on: {enters: yard, ", "on: {enters: yard, within: 1s, "),
        ("policy", "on: {enters: yard, ", "on: {"),
        ("policy", "policy: night", "policy: night\npatrol: night"),
        ("policy", "policy: night", "rule: night"),
        ("policy", "because: Nobody works at night.", "because:"),
        ("policy", "camera: yard-ptz, preset: gate", "camera: yard-ptz"),
        ("policy", "  - alarm:", "  - shout:"),
        ("case", "gone: true", "gone: perhaps"),
        ("case", "stands: [1, 1]", "stands: [1]"),
        ("case", "walks: [[1, 1], [2, 2]]", "walks: [[1, 1]]"),
        ("case", "confidence: 0.8", "confidence: 8"),
        ("case", "chance: 40 %", "chance: 0.4"),
        ("case", "leaves: gate-fixed, ", ""),
        ("case", "enters: yard", "enters: yard, stands: [1, 1]"),
        ("case", "answer: privacy", "answer: perhaps"),
        ("inventory", "fov: 61 deg", "fov: 61"),
        ("inventory", "unknown", "nowhere"),
        ("topology", "12.5 m2", "12.5"),
        ("models", "input: 544x320", "input: 544 by 320"),
        ("models", "decoder: ssd", "decoder: sdd"),
        ("models", "sha384: ab", "sha384: xy"),
        ("models", "zoo/people.xml", "/etc/people.xml"),
        ("models", "zoo/people.xml", "zoo/../../people.xml"),
        ("models", "1: person", "1: robot"),
        ("models", "threshold: 0.5", "threshold: 1.5"),
        ("models", "bytes: 1000", "bytes: 0"),
        ("models", "https://models.example", "ftp://models.example"),
        ("models", "resize: letterbox", "resize: mailbox"),
        ("models", "[0.229, 0.224, 0.225]", "[0.229]"),
        ("topology", "people: 34", "people: many"),
    ],
)
def test_a_wrong_value_is_refused_by_both(kind: str, old: str, new: str) -> None:
    text = next(text for text in EVERY_KEY[kind] if old in text).replace(old, new, 1)

    assert reader_refuses(kind, text)
    assert refused(kind, plain(text))


@pytest.mark.parametrize("kind", FILES)
def test_every_key_says_in_a_sentence_what_it_is_for(kind: str) -> None:
    Draft7Validator.check_schema(schema_of(kind))
    for shape in shapes_of(FILES[kind][0]):
        for key in shape.keys:
            assert key.says[0].isupper(), key.name
            assert key.says.endswith((".", "].")), key.name
