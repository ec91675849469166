"""What a service hands to the HTTP server: its operations by prefixed name."""

from collections.abc import Awaitable, Callable

from simulators.device.soap import Call

Handler = Callable[[Call], Awaitable[str]]
"""Answers a call with the text of its response element, or raises a ``Fault``."""
