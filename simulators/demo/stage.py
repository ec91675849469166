"""The folder of one demo: fresh secrets, a place for state and logs, and the site to run.

With ``--net 127.0.N`` the site's folder is copied and every address of its block is moved, and
the broker gets a free port, so that several demos run side by side on one machine.
"""

import os
import re
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from simulators.score.places import SiteFile, read_site

USUAL_NET = "127.0.41"
_ADDRESS = re.compile(r"\b127\.0\.\d{1,3}\.(\d{1,3})\b")
_BROKER = re.compile(r"(?m)^(mqtt:.*?\bat:\s*\"?[\d.]+):\d+", re.DOTALL)
_POLICIES = re.compile(r"(?m)^policies:\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where one demo's files are. ``site`` is the folder with site.yaml and facility.yaml."""

    out: Path
    site: Path
    file: SiteFile

    @property
    def broker(self) -> tuple[str, int]:
        """Return where the MQTT broker listens."""
        return self.file.mqtt.address(1883)

    @property
    def secrets(self) -> Path:
        """Return the folder with one file per secret."""
        return self.out / "secrets"

    @property
    def state(self) -> Path:
        """Return the folder of the product's store."""
        return self.out / "state"

    @property
    def logs(self) -> Path:
        """Return the folder with what each process said."""
        return self.out / "logs"

    @property
    def truth(self) -> Path:
        """Return the simulator's recording."""
        return self.out / "truth.jsonl"

    @property
    def journal(self) -> Path:
        """Return the product's recording."""
        return self.out / "journal.jsonl"

    @property
    def session(self) -> Path:
        """Return the demo's own recording."""
        return self.out / "session.jsonl"


def prepared(site: Path, out: Path, net: str) -> Stage:
    """Return a fresh stage; whatever an earlier demo left in ``out`` is removed."""
    if out.exists():
        _check_ours(out)
        shutil.rmtree(out)
    for name in ("secrets", "state", "logs"):
        (out / name).mkdir(parents=True)
    (out / "secrets").chmod(0o700)
    folder = site if net == USUAL_NET else moved(site, out / "site", net)
    stage = Stage(out, folder, read_site(folder))
    write_secrets(stage)
    return stage


def opened(site: Path, out: Path) -> Stage:
    """Return the stage of a demo that was run, as it lies there."""
    folder = out / "site" if (out / "site").is_dir() else site
    return Stage(out, folder, read_site(folder))


def moved(site: Path, copy: Path, net: str) -> Path:
    """Return a copy of a site's folder on another block of addresses, the broker on a free port."""
    shutil.copytree(site, copy)
    for file in copy.glob("*.yaml"):
        text = _ADDRESS.sub(rf"{net}.\1", file.read_text(encoding="utf-8"))
        if file.name == "site.yaml":
            host = read_site(site).mqtt.address(0)[0]
            port = free_port(_ADDRESS.sub(rf"{net}.\1", host))
            text = _BROKER.sub(rf"\g<1>:{port}", text, count=1)
            text = _POLICIES.sub(lambda found: f"policies: {(site / found[1]).resolve()}", text)
        file.write_text(text, encoding="utf-8")
    return copy


def write_secrets(stage: Stage) -> None:
    """Write a fresh random password for every login of the site, readable by the owner only."""
    users = {stage.file.mqtt.credentials: "service"}
    users |= {camera.credentials: "orchestrator" for camera in stage.file.cameras.values()}
    users |= {entry.credentials: name for name, entry in stage.file.operators.items()}
    for name, user in users.items():
        path = stage.secrets / name
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{user}\n{secrets.token_urlsafe(18)}\n")


def read_secret(stage: Stage, name: str) -> tuple[str, str]:
    """Return user name and password of a secret."""
    user, password = (stage.secrets / name).read_text(encoding="utf-8").splitlines()[:2]
    return user, password


def free_port(host: str) -> int:
    """Return a port of ``host`` that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _check_ours(out: Path) -> None:
    """Refuse to empty a folder that is not an earlier demo's."""
    if any(out.iterdir()) and not (out / "logs").is_dir():
        raise FileExistsError(f"{out} is not the folder of a demo: it is not emptied")
