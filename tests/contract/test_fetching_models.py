"""Models are fetched from a server on this machine, which does what servers do on bad days."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha384
from pathlib import Path

import pytest
from aiohttp import web

from orchestrator.adapters.storage import Held, Storage, held
from orchestrator.adapters.storage.fetching import part_of
from orchestrator.cli.keeping import fetch_models, verify_models
from orchestrator.config.cards import ModelFile
from orchestrator.errors import ModelError

DATA = bytes(range(256)) * 1024
CUT = 100_000
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Maker:
    """A storage of models: answers with ``bad`` in turn while there are any, then as one should."""

    bad: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    address: str = ""
    data: bytes = DATA

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.headers.get("Range", request.path))
        if self.bad:
            return await self.bad.pop(0)(request)
        return await self.good(request)

    async def good(self, request: web.Request) -> web.StreamResponse:
        begin = request.http_range.start or 0
        length = len(self.data)
        headers = {"Content-Range": f"bytes {begin}-{length - 1}/{length}"} if begin else {}
        status = 206 if begin else 200
        return web.Response(body=self.data[begin:], status=status, headers=headers)

    async def broken(self, request: web.Request) -> web.StreamResponse:
        """Break the connection after so many bytes more."""
        begin = request.http_range.start or 0
        headers = {"Content-Range": f"bytes {begin}-"} if begin else {}
        response = web.StreamResponse(status=206 if begin else 200, headers=headers)
        response.content_length = len(self.data) - begin
        await response.prepare(request)
        await response.write(self.data[begin : begin + CUT])
        assert request.transport is not None
        request.transport.close()
        return response


@asynccontextmanager
async def serving(maker: Maker) -> AsyncIterator[Maker]:
    app = web.Application()
    app.router.add_get("/{path:.*}", maker.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    maker.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield maker
    finally:
        await runner.cleanup()


@pytest.fixture
async def maker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Maker]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with serving(Maker()) as made:
        yield made


@pytest.fixture
def file(maker: Maker, tmp_path: Path) -> ModelFile:
    place = tmp_path / "zoo" / "people.bin"
    return ModelFile(place, sha384(DATA).hexdigest(), len(DATA), f"{maker.address}/zoo/people.bin")


async def fetch(file: ModelFile) -> list[int]:
    heard: list[int] = []
    await Storage(pause_s=0.0).fetch(file, heard.append)
    return heard


async def refused(file: ModelFile) -> str:
    with pytest.raises(ModelError) as caught:
        await fetch(file)
    assert held(file) is Held.MISSING
    return str(caught.value)


async def test_a_file_is_fetched_to_its_place_and_its_progress_is_heard(file: ModelFile) -> None:
    heard = await fetch(file)

    assert held(file) is Held.THERE
    assert heard == sorted(heard)
    assert heard[-1] == len(DATA)
    assert [path.name for path in file.path.parent.iterdir()] == ["people.bin"]


async def test_what_breaks_off_goes_on_from_there(maker: Maker, file: ModelFile) -> None:
    maker.bad = [maker.broken, maker.broken]

    await fetch(file)

    assert held(file) is Held.THERE
    assert maker.asked == ["/zoo/people.bin", f"bytes={CUT}-", f"bytes={2 * CUT}-"]


async def test_what_breaks_off_for_good_goes_on_the_next_time(
    maker: Maker, file: ModelFile
) -> None:
    maker.bad = [maker.broken, *[unwilling] * 20]

    assert f"broke off after {CUT} bytes" in await refused(file)
    maker.bad.clear()
    await fetch(file)

    assert held(file) is Held.THERE
    assert maker.asked[-1] == f"bytes={CUT}-"


async def unwilling(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def test_a_server_without_ranges_is_read_from_the_start(
    maker: Maker, file: ModelFile
) -> None:
    async def whole(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=DATA)

    maker.bad = [maker.broken, whole]

    await fetch(file)

    assert held(file) is Held.THERE


async def test_a_server_that_goes_on_elsewhere_is_read_from_the_start(
    maker: Maker, file: ModelFile
) -> None:
    async def elsewhere(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=DATA[7:], status=206, headers={"Content-Range": "bytes 7-"})

    maker.bad = [maker.broken, elsewhere]

    await fetch(file)

    assert held(file) is Held.THERE
    assert maker.asked[-1] == "/zoo/people.bin"


async def test_another_file_of_the_same_length_is_thrown_away(
    maker: Maker, file: ModelFile
) -> None:
    maker.data = DATA[::-1]

    assert "SHA-384 differs" in await refused(file)
    assert list(file.path.parent.iterdir()) == []


@pytest.mark.parametrize("body", [b"<html>no such file</html>", DATA + b"more"])
async def test_a_page_in_place_of_a_file_is_thrown_away(
    body: bytes, maker: Maker, file: ModelFile
) -> None:
    maker.data = body

    assert f"is {len(body)} bytes long, and {len(DATA)} by its card" in await refused(file)
    assert len(maker.asked) == 1


async def test_what_never_ends_is_not_read_to_the_end(maker: Maker, file: ModelFile) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        while True:
            await response.write(DATA)

    maker.bad = [endless]

    assert f"longer than the {len(DATA)} bytes" in await refused(file)
    assert not part_of(file).exists()


@pytest.mark.parametrize("status", [404, 403, 500])
async def test_a_file_that_is_not_there_is_said_to_be_so(
    status: int, maker: Maker, file: ModelFile
) -> None:
    async def absent(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    maker.bad = [absent]

    assert f"answers {status}" in await refused(file)


async def test_a_file_that_moved_on_the_same_host_is_followed(
    maker: Maker, file: ModelFile
) -> None:
    async def moved(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/elsewhere/people.bin")

    maker.bad = [moved]

    await fetch(file)

    assert maker.asked == ["/zoo/people.bin", "/elsewhere/people.bin"]


async def test_nobody_is_followed_to_another_host(maker: Maker, file: ModelFile) -> None:
    async with serving(Maker()) as stranger:

        async def moved(_request: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(f"{stranger.address}/zoo/people.bin")

        maker.bad = [moved]
        told = await refused(file)

    assert f"sends us on to {stranger.address}" in told
    assert stranger.asked == []


async def test_nobody_is_followed_round_in_circles(maker: Maker, file: ModelFile) -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(request.path)

    maker.bad = [moved] * 9

    assert "sends us on more than 3 times" in await refused(file)


async def test_a_source_that_cannot_be_reached_is_said_to_be_so(file: ModelFile) -> None:
    away = replace(file, source="http://127.0.0.1:9/zoo/people.bin")

    assert "cannot be reached" in await refused(away)


async def test_a_place_that_cannot_be_written_is_said_to_be_so(
    file: ModelFile, tmp_path: Path
) -> None:
    (tmp_path / "zoo").write_text("in the way")

    with pytest.raises(ModelError, match="cannot be written"):
        await fetch(file)


def card_of(maker: Maker, xml: bytes) -> str:
    """Return a card of a model whose two files the maker has, but for the first."""
    return f"""\
models:
  - name: people
    file: zoo/people.xml
    sha384: {sha384(xml).hexdigest()}
    bytes: {len(xml)}
    weights_sha384: {sha384(DATA).hexdigest()}
    weights_bytes: {len(DATA)}
    source: {maker.address}/zoo/people.xml
    input: 64x32
    decoder: ssd
    labels: {{1: person}}
    threshold: 0.5
    licence: Apache-2.0
    purpose: a test
"""


async def test_fetch_brings_what_is_not_there_and_verify_says_so(
    maker: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cards = tmp_path / "models.yaml"
    cards.write_text(card_of(maker, DATA))
    (tmp_path / "zoo").mkdir()
    (tmp_path / "zoo/people.xml").write_bytes(b"altered")

    assert not verify_models(cards, ["people"], present=True)
    assert await fetch_models(cards, ["people"])
    assert verify_models(cards, ["people"], present=False)
    assert await fetch_models(cards, ["people"])

    told = capsys.readouterr().out
    assert f"altered {tmp_path}/zoo/people.xml" in told
    assert f"missing {tmp_path}/zoo/people.bin" in told
    assert "2 files fetched, 0 not" in told
    assert f"ok      {tmp_path}/zoo/people.bin" in told
    assert len(maker.asked) == 2


async def test_fetch_goes_on_with_the_next_file_when_one_is_refused(
    maker: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cards = tmp_path / "models.yaml"
    cards.write_text(card_of(maker, b"another"))

    assert not await fetch_models(cards, ["people"])

    told = capsys.readouterr().out
    assert f"refused: {maker.address}/zoo/people.xml: is {len(DATA)} bytes long" in told
    assert "1 file fetched, 1 not" in told
    assert verify_models(cards, (), present=True) is False
