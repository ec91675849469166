"""Names, addresses and versions: what several sections of a site share."""

import ipaddress
import re
from dataclasses import replace

from orchestrator.config.fields import Fields
from orchestrator.config.tree import Entries, Node, Scalar

LANGUAGE_VERSION = 1

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_SECRET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_HOSTNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


def checked_version(fields: Fields) -> int:
    """Return the version of the language a file is written in."""
    version = fields.number("version", required=True, default=1.0)
    if version != LANGUAGE_VERSION:
        message = f"version {version:g} of the language is not known"
        fields.notes.wrong(fields.place_of("version"), message, f"write `{LANGUAGE_VERSION}`")
    return LANGUAGE_VERSION


def name_of(fields: Fields, key: str) -> str:
    """Return a name that can stand in a path, a topic and an explanation."""
    value = fields.scalar(key, required=True)
    if value is None:
        return ""
    if not _NAME.fullmatch(value.text) or len(value.text) > 64:
        message = f"`{value.text}` is not a name"
        fields.notes.wrong(value, message, "small letters, digits and hyphens, such as `gate-2`")
    return value.text


def entries(top: Fields, key: str, *, required: bool = False) -> tuple[tuple[Scalar, Node], ...]:
    """Return the named things of a section; each name is checked."""
    node = top.node(key, required=required)
    if node is None:
        return ()
    if not isinstance(node, Entries):
        top.notes.wrong(node, f"`{key}` must be a map of names")
        return ()
    for name, _ in node.entries:
        if not _NAME.fullmatch(name.text):
            message = f"`{name.text}` is not a name"
            top.notes.wrong(name, message, "small letters, digits and hyphens, such as `gate-2`")
    return node.entries


def secret_name(fields: Fields) -> str:
    """Return the name of a secret; what looks like a password is not repeated."""
    value = fields.scalar("credentials", required=True)
    if value is None:
        return ""
    if not _SECRET.fullmatch(value.text):
        found = fields.notes.page.finding(
            value.place,
            "`credentials` must be the name of a secret, never the secret",
            "letters, digits, `.`, `_` and `-`",
        )
        fields.notes.findings.append(replace(found, source=""))
    return value.text


def address_of(fields: Fields, default_port: int) -> tuple[str, int]:
    """Return host and port of `at`."""
    value = fields.scalar("at", required=True)
    if value is None:
        return "", default_port
    host, colon, port = value.text.rpartition(":")
    if not colon or "]" in port:
        host, port = value.text, str(default_port)
    host = host.removeprefix("[").removesuffix("]")
    if not _host(host) or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        message = f"`at` must be a host and maybe a port, found `{value.text}`"
        fields.notes.wrong(value, message, "such as `192.0.2.11` or `192.0.2.11:8080`")
        return "", default_port
    return host, int(port)


def _host(text: str) -> bool:
    """Say whether a text is an IP address or could be a host name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_HOSTNAME.fullmatch(text))
    return True
