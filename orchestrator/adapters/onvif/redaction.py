"""A camera's own password in its words: taken out before anybody reads them.

A camera knows its password and may say it anywhere, as some do in the addresses of their streams.
What is found is put out of use, by a sign that no address may hold, so that it is also not sent on.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from lxml import etree

from orchestrator.ports import Secret

MARK: Final = "•••"
_SHORTEST: Final = 8
"""Shorter passwords are words like any other: `main` may be the name of a stream."""
_JOINTS: Final = (b"&#", b"<![CDATA[", b"<!--")
"""By these a text is written in pieces, or in numbers."""


class Redaction:
    """Finds one password, as it is or as addresses and XML spell it."""

    def __init__(self, password: Secret) -> None:
        """Keep the spellings; an empty password is none."""
        self._password = password
        word = password.reveal()
        self._is_long = len(word) >= _SHORTEST
        self._signs = (
            *[each.encode() for each in {*_spelt(word), escape(word)} if self._is_long],
            *_JOINTS,
        )

    def clean(self, body: bytes, root: etree._Element) -> None:
        """Take the password out of every text and attribute of an answer, where it is in there."""
        if not self._is_long or not self._may_be_in(body):
            return
        for element in root.iter(etree.Element):
            element.text, element.tail = self._of(element.text), self._of(element.tail)
            for name, value in element.attrib.items():
                element.set(name, self.text(str(value)))

    def text(self, words: str) -> str:
        """Return words without the password, however short that is."""
        for spelling in _spelt(self._password.reveal()):
            words = words.replace(spelling, MARK)
        return words

    def _may_be_in(self, body: bytes) -> bool:
        """Say whether a text may hold the password: as it stands, or put together by the parser."""
        for sign in self._signs:
            if sign in body:
                return True
        return body.count(b"<?") > 1

    def _of(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)


def _spelt(word: str) -> Iterator[str]:
    """Yield the ways a password may stand in a text; none for an empty one."""
    if word:
        yield from dict.fromkeys((word, quote(word), quote(word, safe="")))
