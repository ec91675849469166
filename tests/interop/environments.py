"""An environment for each client, made in a folder of its own: pip, npm, Debian packages unpacked.

Versions are pinned: by ``requirements/``, by package locks, and by the Debian release. What cannot
be made says why; nothing is installed into the machine.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
_PATIENCE_S: Final = 120.0


class Unavailable(Exception):
    """This environment cannot be made here; the message says why."""


@dataclass(frozen=True, slots=True)
class Made:
    """An environment: the words a client's command begins with, and the variables it needs."""

    program: tuple[str, ...]
    variables: Mapping[str, str]
    version: str


class Environment(Protocol):
    """A kind of environment."""

    def made(self, folder: Path) -> Made:
        """Make it in a folder unless it is there, and return it; ``Unavailable`` says why not."""
        ...


@dataclass(frozen=True, slots=True)
class Pip:
    """A virtual environment with pinned requirements, and a script to run in it."""

    name: str
    version: str
    script: str

    def made(self, folder: Path) -> Made:
        """Make it."""
        wanted = HERE / "requirements" / f"{self.name}.txt"
        python = folder / "bin" / "python"
        if _stale(folder, wanted):
            _run([sys.executable, "-m", "venv", str(folder)])
            _run(
                [
                    str(python),
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--no-compile",
                    *("--no-deps", "--requirement"),
                    str(wanted),
                ]
            )
            _note(folder, wanted)
        script = str(HERE / self.script)
        return Made((str(python), script), {"PYTHONPATH": str(ROOT)}, self.version)


@dataclass(frozen=True, slots=True)
class Npm:
    """A folder of node modules as a lock file has them, and a script to run with them."""

    package: str
    version: str
    script: str

    def made(self, folder: Path) -> Made:
        """Make it."""
        if shutil.which("node") is None or shutil.which("npm") is None:
            raise Unavailable("node and npm are not installed")
        lock = HERE / f"npm-{self.package}" / "package-lock.json"
        if _stale(folder, lock):
            folder.mkdir(parents=True, exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(lock.with_name(name), folder / name)
            _run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], folder)
            _note(folder, lock)
        modules = {"NODE_PATH": str(folder / "node_modules")}
        return Made(("node", str(HERE / self.script)), modules, self.version)


@dataclass(frozen=True, slots=True)
class Debian:
    """A program of Debian packages: the machine's own, or unpacked into a folder."""

    program: str
    packages: Sequence[str]

    def made(self, folder: Path) -> Made:
        """Make it."""
        own = shutil.which(self.program)
        if own is not None:
            return Made((own,), {}, "of this machine")
        if shutil.which("apt-get") is None:
            raise Unavailable(f"{self.program} is not installed, and there is no apt-get")
        root = folder / "root"
        if not (root / "usr" / "bin" / self.program).is_file():
            self._unpack(folder, root)
        libraries = next(iter(root.glob("usr/lib/*-linux-gnu")), root / "usr" / "lib")
        plugins = f"{libraries}/gstreamer-1.0:/usr/lib/{libraries.name}/gstreamer-1.0"
        variables = {
            "LD_LIBRARY_PATH": str(libraries),
            "GST_PLUGIN_SYSTEM_PATH": plugins,
            "GST_REGISTRY": str(folder / "registry.bin"),
        }
        return Made((str(root / "usr" / "bin" / self.program),), variables, "of this Debian")

    def _unpack(self, folder: Path, root: Path) -> None:
        """Fetch the packages and what they need and the machine lacks, and unpack them."""
        archives = folder / "archives"
        archives.mkdir(parents=True, exist_ok=True)
        planned = _run(["apt-get", "-s", "install", "--no-install-recommends", *self.packages])
        names = [line.split()[1] for line in planned.splitlines() if line.startswith("Inst ")]
        _run(["apt-get", "download", *names], archives)
        for archive in sorted(archives.glob("*.deb")):
            _run(["dpkg", "-x", str(archive), str(root)])


@dataclass(frozen=True, slots=True)
class Present:
    """A program that the machine has, or has not."""

    program: str

    def made(self, folder: Path) -> Made:
        """Look for it."""
        own = shutil.which(self.program)
        if own is None:
            raise Unavailable(f"{self.program} is not installed")
        return Made((own,), {}, "of this machine")


def _stale(folder: Path, pinned: Path) -> bool:
    note = folder / ".pinned"
    return not note.is_file() or note.read_text() != _hash(pinned)


def _note(folder: Path, pinned: Path) -> None:
    (folder / ".pinned").write_text(_hash(pinned))


def _hash(pinned: Path) -> str:
    return hashlib.sha256(pinned.read_bytes()).hexdigest()


def _run(command: Sequence[str], folder: Path | None = None) -> str:
    """Run a command; return what it prints, or say in one line why it failed."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{Path(command[0]).name} took longer than {_PATIENCE_S:.0f} s") from None
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason").splitlines()[-1]
        raise Unavailable(f"{Path(command[0]).name}: {last[:200]}")
    return done.stdout
