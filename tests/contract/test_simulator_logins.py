"""How a simulated camera asks for proof of a login, and what it does with bad ones."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from simulators.device.login import Authentication
from simulators.faults import WrongPassword
from simulators.serve import Site, running
from tests.fakes.simulated_site import DOME, PASSWORD, SECRETS, USERNAME, facility
from tests.fakes.soap_caller import CLOCK, INFORMATION, authorization, call, token

BOMB = (
    b'<!DOCTYPE a [<!ENTITY b "c">]><s:Envelope '
    b'xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><a>&b;</a></s:Body></s:Envelope>'
)
URL = f"http://{DOME.host}:{DOME.onvif_port}/onvif/device_service"


@asynccontextmanager
async def camera(accepting: Authentication = Authentication.BOTH) -> AsyncIterator[Site]:
    serving = running(
        facility(DOME), secrets=SECRETS, realtime=False, authentication={"dome": accepting}
    )
    async with serving as site:
        yield site


async def test_anybody_may_ask_the_time_but_not_the_serial_number() -> None:
    async with camera():
        assert (await call(URL, CLOCK)).status == 200
        refused = await call(URL, INFORMATION)

    assert refused.status == 401
    assert refused.fault == ["ter:NotAuthorized"]


@pytest.mark.parametrize(
    ("accepting", "algorithm"),
    [
        (Authentication.DIGEST, "MD5"),
        (Authentication.DIGEST_SHA256, "SHA-256"),
        (Authentication.BOTH, "SHA-256"),
    ],
)
async def test_a_digest_proves_the_login_once_for_every_count(
    accepting: Authentication, algorithm: str
) -> None:
    async with camera(accepting):
        [challenge, *_] = (await call(URL, INFORMATION)).challenges
        first = {"Authorization": authorization(challenge, USERNAME, PASSWORD)}
        second = {"Authorization": authorization(challenge, USERNAME, PASSWORD, count=2)}
        statuses = [
            (await call(URL, INFORMATION, http=http)).status for http in (first, first, second)
        ]

    assert f"algorithm={algorithm}" in challenge
    assert statuses == [200, 401, 200]


async def test_an_unknown_nonce_is_stale_and_a_wrong_password_is_counted() -> None:
    async with camera() as site:
        [challenge, *_] = (await call(URL, INFORMATION)).challenges
        invented = challenge.replace('nonce="', 'nonce="00')
        http = {"Authorization": authorization(invented, USERNAME, PASSWORD)}
        stale = await call(URL, INFORMATION, http=http)
        http = {"Authorization": authorization(challenge, USERNAME, "guess")}
        wrong = await call(URL, INFORMATION, http=http)
        counted = site.stations["dome"].access.wrong_passwords

    assert any("stale=true" in challenge for challenge in stale.challenges)
    assert not any("stale" in challenge for challenge in wrong.challenges)
    assert counted == 1


async def test_a_token_is_taken_once_and_only_within_five_minutes() -> None:
    nonce = os.urandom(16)
    header = token(USERNAME, PASSWORD, nonce=nonce)
    async with camera(Authentication.WSSE) as site:
        first = await call(URL, INFORMATION, header=header)
        again = await call(URL, INFORMATION, header=header)
        old = await call(URL, INFORMATION, header=token(USERNAME, PASSWORD, skew_s=-310))
        early = await call(URL, INFORMATION, header=token(USERNAME, PASSWORD, skew_s=310))
        near = await call(URL, INFORMATION, header=token(USERNAME, PASSWORD, skew_s=250))
        replays = site.stations["dome"].access.replays

    assert (first.status, near.status) == (200, 200)
    assert [reply.status for reply in (again, old, early)] == [400, 400, 400]
    assert again.fault == ["ter:NotAuthorized"]
    assert again.challenges == []
    assert replays == 1


async def test_a_camera_of_digests_takes_no_token_and_the_other_way_round() -> None:
    header = token(USERNAME, PASSWORD)
    async with camera(Authentication.DIGEST):
        assert (await call(URL, INFORMATION, header=header)).status == 401
    async with camera(Authentication.WSSE):
        assert (await call(URL, INFORMATION)).challenges == []
    async with camera(Authentication.NONE):
        assert (await call(URL, INFORMATION)).operation == "GetDeviceInformationResponse"


async def test_a_changed_password_is_not_the_one_in_the_secret() -> None:
    async with camera() as site:
        await site.fault("dome", WrongPassword())
        refused = await call(URL, INFORMATION, header=token(USERNAME, PASSWORD))
        await site.mend("dome")
        granted = await call(URL, INFORMATION, header=token(USERNAME, PASSWORD))

    assert (refused.status, granted.status) == (401, 200)


async def test_a_snapshot_is_a_jpeg_for_whoever_logs_in() -> None:
    path = "/snapshot.jpg"
    url = f"http://{DOME.host}:{DOME.onvif_port}{path}"
    async with camera(), aiohttp.ClientSession() as session:
        async with session.get(url) as refused:
            challenges = refused.headers.getall("WWW-Authenticate")
        proof = authorization(challenges[0], USERNAME, PASSWORD, method="GET", path=path)
        async with session.get(url, headers={"Authorization": proof}) as reply:
            picture = await reply.read()

    assert refused.status == 401
    assert picture[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize("data", [b"", b"not xml", b"<a/>", BOMB])
async def test_nonsense_is_a_fault_and_not_a_crash(data: bytes) -> None:
    async with camera(), aiohttp.ClientSession() as session, session.post(URL, data=data) as reply:
        text = await reply.text()

    assert reply.status == 400
    assert "ter:WellFormed" in text
