"""A camera's passport as the one JSON document that the store keeps of it."""

import json
from typing import Any

import msgspec

from orchestrator.domain.camera import Passport


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
