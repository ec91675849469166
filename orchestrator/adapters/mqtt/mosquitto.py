"""The same accounts and rules as files for mosquitto 2, the broker for more than one machine.

``mosquitto_config`` returns texts and writes nothing; ``written`` puts them into a folder, each
file readable by its owner only, and lets ``mosquitto_passwd`` hash the passwords in place, so
that no password is ever an argument other users of the machine could see.
"""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.mqtt.access import Account, accounts
from orchestrator.domain.site import Site
from orchestrator.errors import BusError
from orchestrator.ports import Secret, Secrets


@dataclass(frozen=True, slots=True)
class MosquittoConfig:
    """The texts of ``mosquitto.conf``, ``acl`` and, not yet hashed, ``passwords``."""

    conf: str
    acl: str
    passwords: Secret


def mosquitto_config(
    site: Site, secrets: Secrets, *, folder: Path, persistence: bool = True
) -> MosquittoConfig:
    """Return what mosquitto needs to serve a site from ``folder``.

    With ``persistence`` the broker keeps messages for absent clients in that folder. The settings
    are those without which commands are slow (``set_tcp_nodelay``) or bursts are dropped with no
    error (the queue limits).
    """
    assert site.broker is not None
    everyone = accounts(site, secrets)
    lines = [
        "per_listener_settings false",
        f"listener {site.broker.port} {site.broker.host}",
        "allow_anonymous false",
        f"password_file {folder / 'passwords'}",
        f"acl_file {folder / 'acl'}",
        "set_tcp_nodelay true",
        "max_inflight_messages 200",
        "max_queued_messages 10000",
        "message_size_limit 131072",
        f"persistence {'true' if persistence else 'false'}",
        *([f"persistence_location {folder}/"] if persistence else []),
    ]
    acl = "\n\n".join(_rules(account) for account in everyone)
    passwords = "".join(f"{one.user}:{one.credentials.password.reveal()}\n" for one in everyone)
    return MosquittoConfig("\n".join(lines) + "\n", acl + "\n", Secret(passwords))


async def written(config: MosquittoConfig, folder: Path) -> Path:
    """Write the files into ``folder``, hash the passwords, and return the path of the main one."""
    await asyncio.to_thread(_write, config, folder)
    hashing = await asyncio.create_subprocess_exec(
        "mosquitto_passwd", "-U", str(folder / "passwords"), stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await hashing.communicate()
    if hashing.returncode != 0:
        raise BusError(f"mosquitto_passwd failed: {complaint.decode(errors='replace').strip()}")
    return folder / "mosquitto.conf"


def _write(config: MosquittoConfig, folder: Path) -> None:
    texts = {
        "mosquitto.conf": config.conf,
        "acl": config.acl,
        "passwords": config.passwords.reveal(),
    }
    for name, text in texts.items():
        path = folder / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(text)


def _rules(account: Account) -> str:
    both = [topic for topic in account.writes if topic in account.reads]
    rules = [f"user {account.user}"]
    rules += [f"topic readwrite {topic}" for topic in both]
    rules += [f"topic write {topic}" for topic in account.writes if topic not in both]
    rules += [f"topic read {topic}" for topic in account.reads if topic not in both]
    return "\n".join(rules)
