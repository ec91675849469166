"""A list of addresses that somebody keeps elsewhere, as CSV or YAML -> names and addresses.

CSV has a heading with `at` (or `address`, `host`, `ip`) and maybe `port` and `name`; other columns
are left alone. YAML is a list of addresses, or of maps with `at` and maybe `name`. Passwords have
no place in it: what else a line holds is neither kept nor shown.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from orchestrator.config.fields import Fields, Notes, scalar
from orchestrator.config.names import address_of, host_and_port
from orchestrator.config.shape import Key, Shape, Text
from orchestrator.config.tree import Entries, Items, Node, Page, Place, tree_of
from orchestrator.errors import AuthorError

_ADDRESS = ("at", "address", "host", "ip")
_ANY_PORT = 0
ENTRY = Shape(
    (
        Key("at", Text(), "The address, `HOST` or `HOST:PORT`.", required=True),
        Key("name", Text(), "What to call the camera."),
    )
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line: an address, its port where one is written, and what the camera is called there."""

    host: str
    port: int | None = None
    name: str = ""


def listed_addresses(text: str, path: str) -> tuple[Listed, ...]:
    """Return every line of a list; ``AuthorError`` with everything wrong in it."""
    page = Page(text, path)
    notes = Notes(page)
    if path.lower().endswith((".yaml", ".yml")):
        found = _from_yaml(tree_of(text, path), notes)
    else:
        found = _from_csv(text, notes)
    if not found and not notes.findings:
        notes.wrong(Place(1, 1), "no address is listed")
    if notes.findings:
        # A line of such a list may hold a password, so none is quoted.
        raise AuthorError([replace(finding, source="") for finding in notes.findings])
    return tuple(found)


def _from_yaml(root: Node, notes: Notes) -> list[Listed]:
    if not isinstance(root, Items):
        notes.wrong(root, "must be a list of addresses")
        return []
    return [one for item in root.items if (one := _entry(item, notes)) is not None]


def _entry(item: Node, notes: Notes) -> Listed | None:
    if isinstance(item, Entries):
        fields = Fields(item, notes, "an address", ENTRY)
        host, port = address_of(fields, _ANY_PORT)
        return Listed(host, port or None, fields.text("name")) if host else None
    word = scalar(item, notes, "an address")
    return None if word is None else _address(word.text, word.place, notes)


def _from_csv(text: str, notes: Notes) -> list[Listed]:
    table = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text))
    try:
        return _lines(((table.line_num, cells) for cells in table), notes)
    except csv.Error as wrong:
        notes.wrong(Place(max(1, table.line_num), 1), f"not valid CSV: {wrong}")
        return []


def _lines(table: Iterator[tuple[int, list[str]]], notes: Notes) -> list[Listed]:
    """Return the lines below the heading; a line without an address is left out."""
    _number, cells = next(table, (1, []))
    heading = [cell.strip().lower() for cell in cells]
    column = next((name for name in _ADDRESS if name in heading), None)
    if column is None:
        hint = "such as `name,at` and below it `gate,192.0.2.11`"
        notes.wrong(Place(1, 1), f"the heading needs a column {' or '.join(_ADDRESS)}", hint)
        return []
    found: list[Listed] = []
    for number, cells in table:
        row = dict(zip(heading, (cell.strip() for cell in cells), strict=False))
        one = _row(row, column, Place(number, 1), notes)
        found += [] if one is None else [one]
    return found


def _row(row: Mapping[str, str], column: str, place: Place, notes: Notes) -> Listed | None:
    if not row.get(column):
        return None
    port = row.get("port", "")
    written = f"{row[column]}:{port}" if port and ":" not in row[column] else row[column]
    one = _address(written, place, notes)
    return None if one is None else Listed(one.host, one.port, row.get("name", ""))


def _address(written: str, place: Place, notes: Notes) -> Listed | None:
    read = host_and_port(written, _ANY_PORT)
    if read is None:
        hint = "such as `192.0.2.11` or `192.0.2.11:8080`"
        notes.wrong(place, f"`{written}` is not a host and maybe a port", hint)
        return None
    return Listed(read[0], read[1] or None)


def _dialect(text: str) -> type[csv.Dialect]:
    """Return how the columns are parted: spreadsheets write `,` or `;` or tabs."""
    heading = text.partition("\n")[0]
    parting = max((",", ";", "\t"), key=heading.count)

    class Found(csv.excel):
        delimiter = parting
        strict = True

    return Found
