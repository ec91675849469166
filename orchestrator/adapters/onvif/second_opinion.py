"""A second opinion on a camera, by a client that nobody here wrote: ``onvif-zeep``, synchronous.

It runs in a process of its own, since importing ``onvif`` changes logging and environment, and its
calls may hang. It asks the device service at the address it is given and nothing else: no address
that the camera names, no redirect, no subscription. It logs in by WS-UsernameToken only.

Run as a module it is that process: one JSON object in, one out.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.engine import wsdl_folder
from orchestrator.ports import DEVICE_SERVICE, Credentials, Tls

_DEADLINE_S: Final = 30.0
_CALL_S: Final = 5.0
_BINDING: Final = "{http://www.onvif.org/ver10/device/wsdl}DeviceBinding"


async def second_opinion(
    host: str, port: int, credentials: Credentials | None, *, clock_offset_s: float, pin: str = ""
) -> str:
    """Return in a sentence what ``onvif-zeep`` makes of a camera; with a login only one that is good.

    The password goes to the child over its standard input. Over TLS it talks only to who shows the
    certificate with this SHA-256.
    """
    question = {
        "url": Origin(host, port, Tls(pin) if pin else None).url(DEVICE_SERVICE),
        "pin": pin,
        "wsdl": str(wsdl_folder() / "devicemgmt.wsdl"),
        "ahead_s": clock_offset_s,
        "login": None
        if credentials is None
        else [credentials.username, credentials.password.reveal()],
    }
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_DEADLINE_S):
            said, _ = await child.communicate(json.dumps(question).encode())
    except TimeoutError:
        return f"it has not finished within {_DEADLINE_S:g} s"
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return _printable(said.decode("utf-8", "replace")) or "it ended without a word"


def _printable(text: str) -> str:
    return "".join(sign for sign in text[:400] if sign.isprintable()).strip()


def opinion(question: Mapping[str, Any]) -> str:
    """Return what the client says; this runs in the child."""
    onvif: Any = import_module("onvif")
    requests: Any = import_module("requests")
    zeep: Any = import_module("zeep")
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    if question["pin"]:
        session.mount("https://", _pinned(question["pin"]))
        session.verify = False  # by authority: the pin is what is verified, before anything is sent
    transport = zeep.Transport(session=session, timeout=_CALL_S, operation_timeout=_CALL_S)
    user, password = question["login"] or (None, None)
    client = None
    if question["login"] is None:
        client = zeep.Client(wsdl=question["wsdl"], transport=transport)
    device = onvif.ONVIFService(
        question["url"],
        *(user, password, question["wsdl"]),
        zeep_client=client,
        no_cache=True,
        dt_diff=timedelta(seconds=question["ahead_s"]),
        binding_name=_BINDING,
        transport=transport,
    )
    steps = ["GetSystemDateAndTime", *(["GetDeviceInformation"] if user else [])]
    for step in steps:
        try:
            getattr(device, step)()
        except onvif.ONVIFError as error:
            return f"{step} fails: {str(error)[:200]}"
    return f"{' and '.join(steps)} {'answer' if len(steps) > 1 else 'answers'} as they should"


def _pinned(pin: str) -> Any:
    """Return what has ``requests`` connect over TLS to who shows this certificate, and no other."""
    adapter: Any = import_module("requests.adapters").HTTPAdapter()
    adapter.init_poolmanager(1, 1, assert_fingerprint=pin)
    return adapter


if __name__ == "__main__":
    sys.stdout.write(opinion(json.load(sys.stdin)))
