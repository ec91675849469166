"""A camera's passport as the one JSON document that the store keeps of it."""

import json
from typing import Any

import msgspec

from orchestrator.domain.camera import Motors, Passport


def passport_text(passport: Passport) -> str:
    """Return a passport as text; lists that were sets are in one order."""
    return msgspec.json.encode(passport, order="deterministic").decode()


def passport_of(text: str) -> Passport | None:
    """Return what a text of ours says; None for what another version wrote and this cannot read."""
    document: Any = json.loads(text)
    try:
        return msgspec.convert(document, Passport)
    except msgspec.ValidationError:
        return None


def motors_text(motors: Motors) -> str:
    """Return what was measured of a head as text."""
    return msgspec.json.encode(motors).decode()


def motors_of(text: str) -> Motors | None:
    """Return what a text of ours says; None for what another version wrote and this cannot read."""
    try:
        return msgspec.convert(json.loads(text), Motors)
    except msgspec.ValidationError:
        return None
