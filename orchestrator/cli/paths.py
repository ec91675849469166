"""Where a site's state and secrets lie when nobody says."""

from pathlib import Path


def state_folder(site: Path, state: Path | None) -> Path:
    """Return the folder of the store: the given one, or ``var/SITE``."""
    return state if state is not None else Path("var") / site.resolve().name


def store_file(site: Path, state: Path | None) -> Path:
    """Return the store's file."""
    return state_folder(site, state) / "state.db"


def secrets_folder(site: Path, secrets: Path | None) -> Path:
    """Return the folder of secrets: the given one, or ``SITE/secrets``."""
    return secrets if secrets is not None else site / "secrets"
