"""The ``Discovery`` port over real multicast on the loopback interface, against simulated cameras.

Every test probes from an address of its own and looks at its own cameras only, for others may be
on the group at the same time.
"""

import asyncio
import random
import re
import socket
import struct
from collections.abc import AsyncIterator, Callable

import pytest

from orchestrator.adapters.onvif import WsDiscovery
from orchestrator.adapters.onvif.discovery.footholds import GROUP_V4 as GROUP
from orchestrator.adapters.onvif.discovery.footholds import PORT
from orchestrator.discover import discovered
from orchestrator.errors import AuthorError
from orchestrator.ports import Candidate, Leaving
from simulators.discovery import Responder
from tests.fakes.onvif_site import SimulatedDevice, own_address

pytestmark = pytest.mark.slow

LISTENING_S = 0.6


@pytest.fixture
async def simulated() -> AsyncIterator[list[SimulatedDevice]]:
    devices = [SimulatedDevice(serial=f"SIM-{n}") for n in range(5)]
    responders = [Responder([device.unit], random.Random(n)) for n, device in enumerate(devices)]
    for responder in responders:
        await responder.open()
    yield devices
    for responder in responders:
        responder.close()


async def found_from(interface: str, hosts: set[str]) -> list[Candidate]:
    heard = await discovered(WsDiscovery(), interfaces=[interface], duration_s=LISTENING_S)
    return [candidate for candidate in heard if candidate.host in hosts]


async def test_every_camera_on_the_interface_is_found_once(
    simulated: list[SimulatedDevice],
) -> None:
    units = {device.unit.host: device.unit for device in simulated}

    found = await found_from("127.0.0.1", set(units))

    assert sorted(candidate.host for candidate in found) == sorted(units)
    for candidate in found:
        unit = units[candidate.host]
        assert candidate.port == unit.onvif_port
        assert candidate.path == "/onvif/device_service"
        assert candidate.endpoint_reference == unit.endpoint_reference
        assert set(candidate.types) == {"NetworkVideoTransmitter", "Device"}
        assert "onvif://www.onvif.org/name/dock" in candidate.scopes


class Eavesdropper(asyncio.DatagramProtocol):
    """Somebody on the group who hears probes, and answers them as told."""

    def __init__(self, answer: Callable[[str], list[bytes]]) -> None:
        """Keep the answers, made from a probe's MessageID."""
        self.host = own_address()
        self.heard: list[tuple[str, bytes]] = []
        self._answer = answer
        self._mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._mouth.bind((self.host, 0))

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self.heard.append((str(addr[0]), data))
        found = re.search(rb"MessageID>([^<]+)<", data)
        for answer in self._answer(found.group(1).decode() if found else ""):
            self._mouth.sendto(answer, addr)

    def close(self) -> None:
        self._mouth.close()


async def listening(
    answer: Callable[[str], list[bytes]],
) -> tuple[Eavesdropper, Callable[[], None]]:
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setblocking(False)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ear.bind((GROUP, PORT))
    join = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
    ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, join)
    transport, listener = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Eavesdropper(answer), sock=ear
    )

    def close() -> None:
        transport.close()
        listener.close()

    return listener, close


async def overheard_of(
    device: SimulatedDevice, heard: AsyncIterator[Candidate | Leaving]
) -> Candidate | Leaving:
    """Return what is next heard from a device; others may be on the group."""
    async with asyncio.timeout(10.0):
        async for each in heard:
            if each.host == device.unit.host:
                return each
    raise AssertionError("nobody is heard any more")


async def test_who_comes_and_goes_is_overheard(simulated: list[SimulatedDevice]) -> None:
    unit = simulated[0].unit
    responder = Responder([unit], random.Random(7))
    async with WsDiscovery().overheard(interfaces=["127.0.0.1"]) as heard:
        await responder.open()
        came = await overheard_of(simulated[0], heard)
        responder.close()
        went = await overheard_of(simulated[0], heard)

    assert isinstance(came, Candidate)
    assert (came.endpoint_reference, came.port) == (unit.endpoint_reference, unit.onvif_port)
    assert went == Leaving(unit.endpoint_reference, unit.host)


async def test_what_floods_the_group_is_not_read(simulated: list[SimulatedDevice]) -> None:
    unit = simulated[0].unit
    junk = b"<Hello><!DOCTYPE x>" + b"<" * 20_000
    mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    async with WsDiscovery().overheard(interfaces=["127.0.0.1"]) as heard:
        for _ in range(300):
            mouth.sendto(junk, (GROUP, PORT))
        mouth.close()
        await asyncio.sleep(1.1)
        responder = Responder([unit], random.Random(7))
        await responder.open()
        assert isinstance(await overheard_of(simulated[0], heard), Candidate)
        responder.close()


def silence(_message_id: str) -> list[bytes]:
    return []


async def test_probes_for_all_kinds_go_out_in_three_rounds_each_with_its_own_id_and_no_login() -> (
    None
):
    me = own_address()
    listener, close = await listening(silence)

    await WsDiscovery().heard(interfaces=[me], duration_s=LISTENING_S)
    close()

    probes = [data for sender, data in listener.heard if sender == me]
    assert len(probes) == 18
    ids = [found for data in probes for found in re.findall(rb"MessageID>([^<]+)<", data)]
    assert len(set(ids)) == 18
    assert sum(b"NetworkVideoTransmitter" in data for data in probes) == 6
    assert sum(b"tds:Device" in data for data in probes) == 6
    assert sum(b"Types" not in data for data in probes) == 6
    assert sum(b"/2005/08/addressing" in data for data in probes) == 9
    assert all(b"Security" not in data for data in probes)


def matches(message_id: str, xaddr: str, reference: str = "urn:uuid:x") -> bytes:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header>'
        f"<a:RelatesTo>{message_id}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches>"
        f"<d:ProbeMatch><a:EndpointReference><a:Address>{reference}</a:Address>"
        f"</a:EndpointReference><d:Types>Device</d:Types><d:XAddrs>{xaddr}</d:XAddrs>"
        "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


async def test_an_answer_that_points_elsewhere_or_to_no_probe_is_not_listed() -> None:
    elsewhere = own_address()

    def hostile(message_id: str) -> list[bytes]:
        return [
            matches(message_id, f"http://{elsewhere}/onvif/device_service"),
            matches("urn:uuid:not-yours", f"http://{listener.host}/onvif/device_service"),
            b"<!DOCTYPE a><a/>",
            b"\xff" * 60_000,
        ]

    listener, close = await listening(hostile)

    found = await found_from(own_address(), {listener.host, elsewhere})
    close()

    assert found == []


async def test_an_answer_given_a_hundred_times_is_listed_once() -> None:
    def again(message_id: str) -> list[bytes]:
        return [matches(message_id, f"http://{listener.host}:81/onvif/device_service")] * 100

    listener, close = await listening(again)

    [candidate] = await found_from(own_address(), {listener.host})
    close()

    assert (candidate.port, candidate.path) == (81, "/onvif/device_service")


@pytest.mark.parametrize("interface", ["192.0.2.77", "nosuch0", "fe80::77%lo"])
async def test_an_interface_that_is_not_there_is_an_error_that_says_so(interface: str) -> None:
    with pytest.raises(AuthorError, match=f"from address `{interface}`"):
        await WsDiscovery().heard(interfaces=[interface], duration_s=0.1)
