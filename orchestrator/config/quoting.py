"""A text as a YAML scalar that every reader takes for this text."""

import re

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?: [A-Za-z0-9][A-Za-z0-9_.-]*)*")
_NOT_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What another reader of YAML takes for something else than text."""


def quoted(text: str) -> str:
    """Return a text as it is where that is safe, else between double quotes.

    >>> quoted("gate"), quoted("Tor 2: Süd"), quoted("no")
    ('gate', '"Tor 2: Süd"', '"no"')
    """
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_WORDS:
        return text
    return in_quotes(text)


def in_quotes(text: str) -> str:
    """Return a text between double quotes, on one line."""
    return '"' + "".join(_escaped(mark) for mark in text) + '"'


def _escaped(mark: str) -> str:
    """Return a character as it stands between double quotes."""
    if mark in {'"', "\\"}:
        return f"\\{mark}"
    return mark if mark.isprintable() else f"\\U{ord(mark):08X}"
