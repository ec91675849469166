"""Figures for machines that come and ask for them."""

from collections.abc import Callable
from typing import Protocol


class Scrapes(Protocol):
    """Answers whoever asks for the figures as they are now."""

    async def serve(self, text: Callable[[], str]) -> None:
        """Answer every asker with what ``text`` returns, until cancelled."""
        ...
