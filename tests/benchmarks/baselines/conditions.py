"""The quickest and least safe way to judge a condition: Python's own ``eval``."""

import re
from collections.abc import Callable, Mapping

from orchestrator.domain.condition import Value

_WORDS = {"&&": " and ", "||": " or ", "true": "True", "false": "False"}
_PIECES = re.compile(
    r"""('[^']*'|"[^"]*")|(&&|\|\||\btrue\b|\bfalse\b)|(!(?!=))|([a-z_]+\.[a-z_]+)"""
)


def by_eval(text: str) -> Callable[[Mapping[str, Value]], object]:
    """Return a condition as Python code; nothing is checked, and nothing is safe.

    >>> by_eval("!site.storm && zone.count > 3")({"site.storm": False, "zone.count": 4.0})
    True
    """
    code = compile(_PIECES.sub(_said, text), "<condition>", "eval")
    return lambda facts: eval(code, {"f": facts})


def _said(piece: re.Match[str]) -> str:
    """Return a piece of a condition in Python's words."""
    text, word, no, path = piece.groups()
    if text is not None:
        return str(text)
    if word is not None:
        return _WORDS[word]
    return " not " if no is not None else f"f['{path}']"
