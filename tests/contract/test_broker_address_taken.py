"""The small broker on an address that somebody else has: one sentence, and what to do."""

import asyncio
import socket

import pytest

from orchestrator.adapters.mqtt import embedded_broker
from orchestrator.errors import BusError
from tests.fakes.desk import desk_secrets, desk_site
from tests.fakes.onvif_site import own_address

pytestmark = pytest.mark.slow


async def test_a_broker_whose_address_is_taken_says_so_and_what_to_do() -> None:
    address = own_address()
    with socket.socket() as taken:
        taken.bind((address, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BusError, match=f"{address}:{port}.*end whatever listens there"):
            async with (
                asyncio.timeout(30),
                embedded_broker(desk_site(address, port), desk_secrets()),
            ):
                pytest.fail("nobody can serve there")
