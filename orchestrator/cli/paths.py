"""Where a site's state and secrets lie when nobody says, and files that people name."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import typer


def state_folder(site: Path, state: Path | None) -> Path:
    """Return the folder of the store: the given one, or ``var/SITE``."""
    return state if state is not None else Path("var") / site.resolve().name


def store_file(site: Path, state: Path | None) -> Path:
    """Return the store's file."""
    return state_folder(site, state) / "state.db"


def secrets_folder(site: Path, secrets: Path | None) -> Path:
    """Return the folder of secrets: the given one, or ``SITE/secrets``."""
    return secrets if secrets is not None else site / "secrets"


@contextmanager
def writing(path: Path, option: str) -> Iterator[None]:
    """Turn what keeps a file from being written into a sentence about the option that names it."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise typer.BadParameter(
            f"`{path}` cannot be written: {why}; name a file in a folder that exists",
            param_hint=option,
        ) from None


def replace_text(path: Path, text: str, option: str) -> None:
    """Write a file whole or not at all; who was allowed to read it still is."""
    part = path.with_name(f".{path.name}.part")
    with writing(path, option):
        try:
            part.write_text(text, "utf-8")
            if path.exists():
                part.chmod(path.stat().st_mode & 0o777)
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink()
            raise
