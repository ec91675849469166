"""The message engine: parsed once, from installed files only, without importing `onvif`."""

import asyncio
import subprocess
import sys
from importlib.metadata import (
    PackageNotFoundError,
    PackagePath,
    PathDistribution,
    distribution,
)
from pathlib import Path

import pytest

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.engine import (
    OfflineTransport,
    engine,
    load_engine,
    wsdl_folder,
)
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import Unusable, root_of
from orchestrator.errors import Broken


async def test_fifty_who_ask_at_once_get_one_engine() -> None:
    engines = await asyncio.gather(*(engine() for _ in range(50)))

    assert len({id(each) for each in engines}) == 1


async def test_the_bundle_has_every_operation_that_is_spoken() -> None:
    found = await engine()

    spoken = [each for each in vars(names).values() if isinstance(each, names.Operation)]
    newer = {each for each in spoken if each not in found}
    assert len(spoken) - len(newer) == 40
    assert {each.name for each in newer if each.service is not names.Service.MEDIA2} == {
        *("GetGeoLocation", "SetGeoLocation", "DeleteGeoLocation", "GeoMove", "GetSnapshot")
    }
    assert len(found) > 200
    assert found.parse_ms > 0


@pytest.mark.slow
def test_a_process_that_speaks_onvif_never_imports_onvif_nor_touches_the_network() -> None:
    program = (
        "import asyncio, logging, socket, sys\n"
        "def forbidden(*_): raise AssertionError('a socket was opened')\n"
        "import aiohttp\n"
        "from orchestrator.adapters.onvif.engine import load_engine, wsdl_folder\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = forbidden\n"
        "load_engine(wsdl_folder())\n"
        "assert 'onvif' not in sys.modules\n"
        "assert logging.getLogger().handlers == []\n"
    )

    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)


@pytest.mark.parametrize(
    "url", ["http://www.w3.org/2001/xml.xsd", "https://evil.example/", "/etc/passwd"]
)
def test_nothing_outside_the_folder_is_read(url: str, tmp_path: Path) -> None:
    with pytest.raises(Broken, match="not among the installed files"):
        OfflineTransport(tmp_path).load(url)


def test_a_missing_distribution_says_what_to_install() -> None:
    def nowhere(name: str) -> object:
        raise PackageNotFoundError(name)

    with pytest.raises(Broken, match="`onvif-zeep` is not installed"):
        wsdl_folder(nowhere)


def test_a_distribution_without_its_files_says_so() -> None:
    class Empty:
        files = ()

    with pytest.raises(Broken, match="brings no WSDL files"):
        wsdl_folder(lambda _name: Empty())


def test_a_file_that_another_package_replaced_is_a_clear_error(tmp_path: Path) -> None:
    for file in wsdl_folder().iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes() + b" ")

    with pytest.raises(Broken, match="is not as `onvif-zeep` installed it"):
        wsdl_folder(lambda name: Elsewhere(name, tmp_path))


class Elsewhere:
    """The installed distribution, with its files in another folder."""

    def __init__(self, name: str, folder: Path) -> None:
        self.files = [
            self._moved(file, folder)
            for file in distribution(name).files or ()
            if file.parent.name == "wsdl"
        ]

    def _moved(self, file: PackagePath, folder: Path) -> PackagePath:
        moved = PackagePath(file.name)
        moved.hash, moved.size = file.hash, file.size
        moved.dist = PathDistribution(folder / "none.dist-info")
        return moved


def test_an_altered_file_is_a_clear_error(tmp_path: Path) -> None:
    for file in wsdl_folder().iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "ptz.wsdl").write_text("not a WSDL")

    with pytest.raises(Broken, match="cannot be read"):
        load_engine(tmp_path)


async def test_an_answer_that_does_not_fit_the_schema_is_refused() -> None:
    found = await engine()
    other = root_of(envelope(b'<x xmlns="urn:x"><y/></x>'))

    with pytest.raises(Unusable):
        found.parse(names.GET_DEVICE_INFORMATION, other)
