"""Addresses asked one by one: who answers as a camera does is listed, and nobody hears a login."""

import asyncio
import re
import socket

import pytest
from aiohttp import web

from orchestrator.adapters.onvif import WsDiscovery
from orchestrator.adapters.onvif.discovery.footholds import PORT
from orchestrator.discover import places, swept
from orchestrator.errors import AuthorError
from orchestrator.ports import Candidate
from tests.contract.test_onvif_discovery import matches
from tests.fakes.onvif_site import SimulatedDevice, free_port, own_address

pytestmark = pytest.mark.slow


async def asked(*hosts_and_ports: tuple[str, int]) -> tuple[Candidate, ...]:
    return await swept(WsDiscovery(), hosts_and_ports, rate_per_s=1000.0)


async def test_cameras_are_found_among_addresses_where_nothing_or_something_else_answers() -> None:
    camera, page = SimulatedDevice(serial="SIM-1"), own_address()
    nobody = (own_address(), 80)
    runner = await a_web_page(page, port := free_port(page))
    await camera.device.open()
    try:
        here = (camera.unit.host, camera.unit.onvif_port)
        found = await asked(nobody, here, (page, port))
    finally:
        await camera.device.close()
        await runner.cleanup()

    assert [(each.host, each.port, each.path) for each in found] == [
        (*here, "/onvif/device_service")
    ]
    assert dict(camera.device.soap.calls) == {"tds:GetSystemDateAndTime": 1}
    assert camera.access.wrong_passwords == 0


async def a_web_page(host: str, port: int) -> web.AppRunner:
    """Serve a page that answers everything with 200, as printers and routers do."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<html>welcome</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner


class Unicast(asyncio.DatagramProtocol):
    """A camera that hears probes sent to its own address only."""

    def __init__(self, host: str) -> None:
        """Keep where it is, and answer from there."""
        self.host = host
        self._mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._mouth.bind((host, 0))

    def connection_lost(self, exc: Exception | None) -> None:
        self._mouth.close()

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        [asked] = re.findall(rb"MessageID>([^<]+)<", data)
        xaddr = f"http://{self.host}:8123/onvif/device_service"
        self._mouth.sendto(matches(asked.decode(), xaddr, "urn:uuid:unicast"), addr)


async def test_a_camera_is_asked_by_a_probe_of_its_own_and_says_its_port() -> None:
    host = own_address()
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.bind((host, PORT))
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Unicast(host), sock=ear
    )
    try:
        [found] = await asked((host, 80), (host, 8000))
    finally:
        transport.close()

    assert (found.host, found.port, found.endpoint_reference) == (host, 8123, "urn:uuid:unicast")


async def test_addresses_are_walked_at_the_rate_and_not_faster() -> None:
    host = own_address()
    loop = asyncio.get_running_loop()
    began_s = loop.time()

    await swept(WsDiscovery(), [(host, port) for port in range(9000, 9011)], rate_per_s=20.0)

    assert loop.time() - began_s >= 0.5


def test_a_subnet_becomes_its_hosts_port_after_port() -> None:
    assert places(["192.0.2.4/30", "192.0.2.4/31"], [80, 8000]) == (
        ("192.0.2.5", 80),
        ("192.0.2.6", 80),
        ("192.0.2.4", 80),
        ("192.0.2.5", 8000),
        ("192.0.2.6", 8000),
        ("192.0.2.4", 8000),
    )


@pytest.mark.parametrize("subnet", ["192.0.2.0/33", "gate", "10.0.0.0/8", "::/0"])
def test_what_is_no_subnet_or_too_large_is_refused_in_a_sentence(subnet: str) -> None:
    with pytest.raises(AuthorError) as wrong:
        places([subnet])

    assert subnet in str(wrong.value)
