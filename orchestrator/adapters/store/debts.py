"""What a camera is owed, as the one JSON document that the store keeps of it."""

import json

from orchestrator.domain.imaging import LEVELS, SETTINGS, Mode, Owed, Value, imaging_of


def owed_text(owed: Owed) -> str:
    """Return what is owed as text.

    >>> owed_text(Owed(imaging_of([("brightness", 0.5), ("ir_cut", Mode.OFF)]), ("tt:Wiper|Off",)))
    '{"imaging": {"brightness": 0.5, "ir_cut": "off"}, "afterwards": ["tt:Wiper|Off"]}'
    """
    settings = {
        name: value.value if isinstance(value, Mode) else value
        for name, value in owed.imaging.settings()
    }
    return json.dumps({"imaging": settings, "afterwards": list(owed.afterwards)})


def owed_of(text: str) -> Owed:
    """Return what a text of ours says; what another version wrote beside it is left out."""
    document = json.loads(text)
    imaging = document.get("imaging", {})
    settings: list[tuple[str, Value]] = [
        (name, float(imaging[name]) if name in LEVELS else Mode(imaging[name]))
        for name in SETTINGS
        if name in imaging
    ]
    return Owed(imaging_of(settings), tuple(document.get("afterwards", ())))
