"""The message engine: zeep over one bundle of WSDL files, parsed once a process.

A small WSDL in memory imports the five services, so that the large schema they share is read
once. zeep only builds payloads, and knows the schema by which answers are read: its transport reads the files the installed
``onvif-zeep`` distribution brought, and refuses the network. Nothing imports ``onvif``.

``Document.bindings`` of a bundle is empty; the bindings are those of its definitions, which
zeep keeps in a private place (hence the pin ``zeep<4.4``).
"""

import asyncio
import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, PackagePath, distribution
from io import BytesIO
from pathlib import Path
from typing import Any, Final, cast

import zeep.exceptions
from lxml import etree
from zeep.settings import Settings
from zeep.wsdl import Document

from orchestrator.adapters.onvif.guarded import Fault, Unusable, payload_of
from orchestrator.adapters.onvif.names import SCHEMA, SOAP, Operation, Service
from orchestrator.adapters.onvif.reading import Read, Readers
from orchestrator.errors import Broken

_FILES: Final[Mapping[Service, str]] = {
    Service.DEVICE: "devicemgmt.wsdl",
    Service.MEDIA: "media.wsdl",
    Service.PTZ: "ptz.wsdl",
    Service.IMAGING: "imaging.wsdl",
    Service.EVENTS: "events.wsdl",
}

_MOST_BUILT: Final = 4096
"""Payloads that are kept to be sent again: most cameras are asked the same."""


class OfflineTransport:
    """All that zeep needs of a transport to read a WSDL: the folder, and nothing else."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; files outside it are refused like addresses."""
        self._folder = folder
        self.loaded: list[str] = []

    def load(self, url: str) -> bytes:
        """Return the file's bytes."""
        path = Path(url)
        if "://" in url or self._folder not in path.resolve().parents:
            raise Broken(f"a WSDL asked for `{url}`, which is not among the installed files")
        self.loaded.append(path.name)
        return path.read_bytes()


class Engine:
    """Builds requests and reads answers of every operation in the bundle."""

    def __init__(
        self,
        document: Document,
        operations: Mapping[Operation, Any],
        *,
        files: int,
        parse_ms: float,
    ) -> None:
        """Keep what was parsed, and what parsing cost."""
        self._document = document
        self._operations = operations
        self._built: dict[tuple[Operation, str], bytes] = {}
        self._readers = Readers()
        self._reads: dict[Operation, Read] = {}
        self.files = files
        self.parse_ms = parse_ms

    def __len__(self) -> int:
        """Return how many operations the bundle has."""
        return len(self._operations)

    def __contains__(self, operation: Operation) -> bool:
        """Return whether the bundle has the operation."""
        return operation in self._operations

    def build(self, operation: Operation, **arguments: object) -> bytes:
        """Return the payload of a request, with the conventional prefixes."""
        key = (operation, repr(arguments))
        payload = self._built.get(key)
        if payload is None:
            payload = self._build(operation, arguments)
            if len(self._built) < _MOST_BUILT:
                self._built[key] = payload
        return payload

    def _build(self, operation: Operation, arguments: Mapping[str, object]) -> bytes:
        message = self._operations[operation].create(**arguments)
        body = message.content.find(f"{{{SOAP}}}Body")
        payload = body[0]
        body.remove(payload)
        etree.cleanup_namespaces(payload)
        return etree.tostring(payload, with_tail=False)

    def parse(self, operation: Operation, envelope: etree._Element) -> Any:
        """Return an answer to be read by the schema; ``Unusable`` when it is another one.

        ``envelope`` is the root of a SOAP 1.2 reply without fault.
        """
        read = self._reads.get(operation)
        if read is None:
            read = self._readers.of_answer(self._operations[operation].output.body)
            self._reads[operation] = read
        found = payload_of(envelope)
        if isinstance(found, Fault):
            raise Unusable("a fault where an answer is due")
        return read(found)


def wsdl_folder(of: Callable[[str], Any] = distribution) -> Path:
    """Return where the installed ``onvif-zeep`` put its WSDL files."""
    try:
        files = of("onvif-zeep").files or ()
    except PackageNotFoundError as error:
        raise Broken("the distribution `onvif-zeep` is not installed: run `make setup`") from error
    for file in files:
        if file.name == "devicemgmt.wsdl":
            folder = Path(file.locate()).resolve().parent
            missing = [name for name in _FILES.values() if not (folder / name).is_file()]
            if missing:
                raise Broken(
                    f"{folder}: {', '.join(missing)} is missing: install `onvif-zeep` anew"
                )
            _check_unaltered(each for each in files if each.parent == file.parent)
            return folder
    raise Broken("the installed `onvif-zeep` brings no WSDL files: install it anew")


def _check_unaltered(files: Iterable[PackagePath]) -> None:
    """Compare each file with the hash its installer noted; another package may have replaced it."""
    for file in files:
        if file.hash is not None and file.hash.mode == "sha256":
            found = hashlib.sha256(Path(file.locate()).read_bytes()).digest()
            if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != file.hash.value:
                raise Broken(
                    f"{file.locate()} is not as `onvif-zeep` installed it: install it anew"
                )


def load_engine(folder: Path) -> Engine:
    """Parse the bundle in ``folder``; takes about a tenth of a second of one core."""
    started_s = time.perf_counter()
    transport = OfflineTransport(folder)
    settings = Settings(strict=True, xml_huge_tree=False, forbid_external=True)
    try:
        document = Document(
            BytesIO(_bundle()),
            cast("Any", transport),  # zeep's hint says the class where it takes an instance
            base=str(folder / "bundle.wsdl"),
            settings=settings,
        )
    except (zeep.exceptions.Error, OSError) as error:
        raise Broken(
            f"{folder}: the WSDL files cannot be read: install `onvif-zeep` anew"
        ) from error
    types: Any = document.types
    for prefix, namespace in [(s.prefix, s.value) for s in Service] + [("tt", SCHEMA)]:
        types.set_ns_prefix(prefix, namespace)
    return Engine(
        document,
        _operations(document),
        files=len(transport.loaded),
        parse_ms=(time.perf_counter() - started_s) * 1000.0,
    )


def _bundle() -> bytes:
    imports = "".join(
        f'<w:import namespace="{service.value}" location="{name}"/>'
        for service, name in _FILES.items()
    )
    return (
        '<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/"'
        f' targetNamespace="urn:bundle">{imports}</w:definitions>'
    ).encode()


def _operations(document: Document) -> dict[Operation, Any]:
    """Return every operation of every binding, by service and name."""
    services = {service.value: service for service in Service}
    found: dict[Operation, Any] = {}
    for (namespace, _location), definition in document._definitions.items():  # noqa: SLF001 the only place zeep has them
        if namespace in services:
            for binding in definition.bindings.values():
                for name, operation in binding._operations.items():  # noqa: SLF001 the same
                    found.setdefault(Operation(services[namespace], name), operation)
    return found


_lock = threading.Lock()
_loading: Future[Engine] | None = None


def _process_engine() -> Future[Engine]:
    global _loading  # noqa: PLW0603 once a process is once a module
    with _lock:
        if _loading is None:
            parser = ThreadPoolExecutor(1, thread_name_prefix="wsdl")
            _loading = parser.submit(lambda: load_engine(wsdl_folder()))
            parser.shutdown(wait=False)
        return _loading


async def engine() -> Engine:
    """Return the process's engine; the first caller has it parsed in a thread, all wait for it."""
    loading = _loading or _process_engine()
    if loading.done():
        return loading.result()
    return await asyncio.shield(asyncio.wrap_future(loading))
