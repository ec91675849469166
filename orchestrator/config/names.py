"""Names, addresses and versions: what several sections of a site share."""

import ipaddress
import re
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestrator.config import units
from orchestrator.config.fields import Fields, check_name
from orchestrator.config.shape import NAME, Key, Number, Text

LANGUAGE_VERSION = 1

HANDLE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
"""What a secret may be called."""
_HANDLE = re.compile(HANDLE)
_HOSTNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")

VERSION = Key(
    "version",
    Number(LANGUAGE_VERSION, LANGUAGE_VERSION),
    "The version of the language this file is written in: 1.",
    required=True,
)
NAMED = Text(NAME)
CREDENTIALS = Key(
    "credentials",
    Text(HANDLE),
    "The name of the secret to log in with, never the secret itself.",
    required=True,
)


def checked_version(fields: Fields) -> int:
    """Return the version of the language a file is written in."""
    version = fields.read("version", units.number, "a number")
    if version is not None and version != LANGUAGE_VERSION:
        message = f"version {version:g} of the language is not known"
        fields.notes.wrong(fields.place_of("version"), message, f"write `{LANGUAGE_VERSION}`")
    return LANGUAGE_VERSION


def name_of(fields: Fields, key: str) -> str:
    """Return a name that can stand in a path, a topic and an explanation."""
    value = fields.scalar(key)
    if value is None:
        return ""
    check_name(value, fields.notes)
    return value.text


def timezone_of(fields: Fields, default: str) -> str:
    """Return an IANA time zone that this machine knows."""
    value = fields.scalar("timezone")
    if value is None:
        return default
    try:
        ZoneInfo(value.text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"unknown time zone `{value.text}`"
        fields.notes.wrong(value, message, "an IANA name, such as `Europe/Berlin`")
        return default
    return value.text


def secret_name(fields: Fields) -> str:
    """Return the name of a secret; what looks like a password is not repeated."""
    value = fields.scalar("credentials")
    if value is None:
        return ""
    if not _HANDLE.fullmatch(value.text):
        found = fields.notes.page.finding(
            value.place,
            "`credentials` must be the name of a secret, never the secret",
            "letters, digits, `.`, `_` and `-`",
        )
        fields.notes.findings.append(replace(found, source=""))
    return value.text


def address_of(fields: Fields, default_port: int) -> tuple[str, int]:
    """Return host and port of `at`."""
    value = fields.scalar("at")
    if value is None:
        return "", default_port
    read = host_and_port(value.text, default_port)
    if read is None:
        message = f"`at` must be a host and maybe a port, found `{value.text}`"
        fields.notes.wrong(value, message, "such as `192.0.2.11` or `192.0.2.11:8080`")
        return "", default_port
    return read


def host_and_port(written: str, default_port: int) -> tuple[str, int] | None:
    """Return a host and its port, or the default where none is written; None when it is neither.

    >>> host_and_port("[fe80::1%eth0]:8080", 80), host_and_port("2001:db8::1", 80)
    (('fe80::1%eth0', 8080), ('2001:db8::1', 80))
    """
    host, colon, port = written.rpartition(":")
    if not colon or "]" in port or (":" in host and not host.startswith("[")):
        host, port = written, ""
    host = host.removeprefix("[").removesuffix("]")
    if not _host(host):
        return None
    if not port:
        return None if written.endswith(":") else (host, default_port)
    if not port.isascii() or not port.isdigit() or len(port) > 5 or not 0 < int(port) < 65_536:
        return None
    return host, int(port)


def _host(text: str) -> bool:
    """Say whether a text is an IP address or could be a host name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_HOSTNAME.fullmatch(text))
    return True
