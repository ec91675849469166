"""What an editor makes of a file: plain data as YAML 1.2 has it, and the schema's verdict."""

import re
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from orchestrator.config.schema import schema_of
from orchestrator.config.tree import Entries, Items, Node, Scalar, tree_of

_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def plain(text: str) -> Any:
    """Return the data of a file by the core schema of YAML 1.2."""
    return _plain(tree_of(text, "file.yaml"))


def refused(kind: str, data: Any) -> list[str]:
    """Return what a schema has against a file; empty when it accepts it."""
    return [str(error.message) for error in _validator(kind).iter_errors(data)]


@cache
def _validator(kind: str) -> Draft7Validator:
    schema = schema_of(kind)
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def _plain(node: Node) -> Any:
    if isinstance(node, Entries):
        return {key.text: _plain(value) for key, value in node.entries}
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return _scalar(node)


def _scalar(node: Scalar) -> Any:
    if not node.plain:
        return node.text
    if node.text in {"", "~", "null", "Null", "NULL"}:
        return None
    if node.text.lower() in {"true", "false"}:
        return node.text.lower() == "true"
    return float(node.text) if _NUMBER.fullmatch(node.text) else node.text
