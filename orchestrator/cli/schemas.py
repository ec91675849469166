"""`policy schema`: what editors read to complete, explain and check files while they are written."""

import json
from enum import Enum
from pathlib import Path

from orchestrator.cli.paths import writing
from orchestrator.config.schema import FILES, schema_of


def show_schemas(kind: Enum | None, out: Path | None) -> None:
    """Print one schema, or write those asked for into a folder."""
    if out is None:
        print(written("policy" if kind is None else str(kind.value)), end="")
        return
    with writing(out, "--out"):
        out.mkdir(parents=True, exist_ok=True)
        for name in FILES if kind is None else [str(kind.value)]:
            (out / f"{name}.schema.json").write_text(written(name), "utf-8")


def written(kind: str) -> str:
    """Return the text of a schema file."""
    return json.dumps(schema_of(kind), indent=1, ensure_ascii=False) + "\n"
