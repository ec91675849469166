"""Simulated cameras answer a raw multicast probe, as the WS-Discovery text has it."""

import asyncio
import socket
import struct
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from lxml import etree

from simulators.discovery import GROUP, MAX_JITTER_S, PORT
from simulators.faults import Dead
from simulators.serve import running
from tests.fakes.frames import until
from tests.fakes.simulated_site import DOME, FIXED, SECRETS, facility

pytestmark = pytest.mark.slow

WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
TRANSMITTER = '<d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</d:Types>'
DEVICE = '<d:Types xmlns:t="http://www.onvif.org/ver10/device/wsdl">t:Device</d:Types>'
PRINTER = '<d:Types xmlns:p="http://example.org/printers">p:Printer</d:Types>'
HOSTS = {FIXED.host, DOME.host}


def probe(types: str) -> tuple[str, bytes]:
    message_id = f"urn:uuid:{uuid.uuid4()}"
    text = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        f'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="{WSD}"><s:Header>'
        f"<a:Action>{WSD}/Probe</a:Action><a:MessageID>{message_id}</a:MessageID>"
        "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>"
        f"<s:Body><d:Probe>{types}</d:Probe></s:Body></s:Envelope>"
    )
    return message_id, text.encode()


class Ear(asyncio.DatagramProtocol):
    """Keeps what comes from our own cameras: other sites may be on the air."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, etree._Element]] = []

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        if address[0] in HOSTS:
            self.heard.append((address[0], etree.fromstring(data)))

    def hosts(self) -> set[str]:
        return {host for host, _ in self.heard}

    def greetings(self) -> list[tuple[str, str]]:
        """Return who said Hello or Bye, sorted."""
        verbs = [
            (host, etree.QName(body[0]).localname)
            for host, envelope in self.heard
            for body in envelope.iterfind("{*}Body")
        ]
        return sorted((host, verb) for host, verb in verbs if verb in {"Hello", "Bye"})


async def answers(types: str, *, by: set[str]) -> list[tuple[str, etree._Element]]:
    """Return the answers to one probe: those of some hosts, and what else comes with them."""
    mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mouth.bind(("127.0.0.1", 0))
    mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    transport, ear = await asyncio.get_running_loop().create_datagram_endpoint(Ear, sock=mouth)
    message_id, data = probe(types)
    transport.sendto(data, (GROUP, PORT))
    await until(lambda: by <= ear.hosts(), timeout_s=20.0)
    # Cameras and this test share one loop: whoever else wanted to answer has, after its jitter.
    await asyncio.sleep(2 * MAX_JITTER_S)
    transport.close()
    for _, envelope in ear.heard:
        assert envelope.findtext(".//{*}RelatesTo") == message_id
    return ear.heard


@asynccontextmanager
async def announcements() -> AsyncIterator[Ear]:
    """Listen on the group, as everybody may."""
    group = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    group.bind((GROUP, PORT))
    membership = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
    group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    transport, ear = await asyncio.get_running_loop().create_datagram_endpoint(Ear, sock=group)
    yield ear
    transport.close()


async def test_every_camera_answers_from_its_own_address_with_its_own_name() -> None:
    async with running(facility(FIXED, DOME), secrets=SECRETS):
        heard = await answers(TRANSMITTER, by=HOSTS)
        again = await answers(TRANSMITTER, by=HOSTS)

    assert {host for host, _ in heard} == HOSTS
    for host, envelope in heard:
        assert envelope.findtext(".//{*}XAddrs") == f"http://{host}:8000/onvif/device_service"
        scopes = (envelope.findtext(".//{*}Scopes") or "").split()
        assert "onvif://www.onvif.org/type/Network_Video_Transmitter" in scopes
    names = {e.findtext(".//{*}EndpointReference/{*}Address") for _, e in heard}
    assert len(names) == 2
    assert names == {e.findtext(".//{*}EndpointReference/{*}Address") for _, e in again}


async def test_a_probe_for_devices_or_for_anything_is_answered_and_for_printers_not() -> None:
    async with running(facility(FIXED), secrets=SECRETS):
        device, anything, printer = await asyncio.gather(
            answers(DEVICE, by={FIXED.host}),
            answers("", by={FIXED.host}),
            answers(PRINTER, by=set()),
        )

    assert (len(device), len(anything), len(printer)) == (1, 1, 0)


async def test_a_camera_says_hello_and_bye_but_not_when_its_power_is_cut() -> None:
    async with announcements() as ear:
        async with running(facility(FIXED, DOME), secrets=SECRETS) as site:
            await site.fault(FIXED.id, Dead())
            assert {host for host, _ in await answers("", by={DOME.host})} == {DOME.host}
        await until(lambda: (DOME.host, "Bye") in ear.greetings(), timeout_s=20.0)

    assert ear.greetings() == sorted(
        [(FIXED.host, "Hello"), (DOME.host, "Hello"), (DOME.host, "Bye")]
    )
