"""An HTTP answer out of bytes: read as aiohttp reads it, whatever pieces it comes in, and bounded."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpResponseParser
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.adapters.onvif.wire import Answer, NotHttp
from orchestrator.adapters.onvif.wire.answer import MAX_CHUNKS, MAX_HEAD, MAX_INTERIM, Incoming

MOST = 4096
OK = b"HTTP/1.1 200 OK\r\n"


def answer(*pieces: bytes, closed: bool = False, most: int = MOST) -> Answer | None:
    incoming = Incoming(most)
    found = None
    for piece in pieces:
        assert found is None
        found = incoming.feed(piece)
    return incoming.closed() if closed and found is None else found


def whole(*pieces: bytes, closed: bool = False) -> Answer:
    found = answer(*pieces, closed=closed)
    assert found is not None
    return found


def chunked(chunks: Sequence[bytes]) -> bytes:
    return b"".join(b"%x;a=b\r\n%b\r\n" % (len(each), each) for each in chunks) + b"0\r\n\r\n"


FRAMES = {
    "length": OK + b"Content-Length: 5\r\n\r\n<a/>\n",
    "the same length twice": OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n<a/>\n",
    "chunks": OK + b"Transfer-Encoding: Chunked\r\n\r\n" + chunked([b"<a", b"/>", b"\n"]),
    "chunks and a trailer": OK
    + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<a/>\n\r\n0\r\nX: y\r\n\r\n",
    "line feeds alone": OK.replace(b"\r", b"") + b"content-length:5\n\n<a/>\n",
    "after being told to go on": b"HTTP/1.1 100 Continue\r\n\r\n" * MAX_INTERIM
    + OK
    + b"Content-Length: 5\r\n\r\n<a/>\n",
}


@pytest.mark.parametrize("sent", FRAMES.values(), ids=FRAMES.keys())
@pytest.mark.parametrize("size", [1, 3, 4096])
def test_a_body_is_the_same_in_whatever_pieces_it_comes(sent: bytes, size: int) -> None:
    found = whole(*(sent[at : at + size] for at in range(0, len(sent), size)))

    assert (found.status, found.body, found.keeps) == (200, b"<a/>\n", True)


def test_a_body_without_a_length_ends_with_its_connection() -> None:
    assert answer(OK + b"\r\n<a", b"/>") is None

    found = whole(OK + b"\r\n<a", b"/>", closed=True)

    assert (found.body, found.keeps) == (b"<a/>", False)


@pytest.mark.parametrize(
    "cut", [b"", OK, OK + b"Content-Length: 9\r\n\r\nx", FRAMES["chunks"][:-3]]
)
def test_an_answer_that_is_cut_short_is_none(cut: bytes) -> None:
    assert answer(cut, closed=True) is None


@pytest.mark.parametrize(
    ("head", "keeps"),
    [
        (b"HTTP/1.1 200 OK", True),
        (b"HTTP/1.1 200 OK\r\nConnection: Close", False),
        (b"HTTP/1.0 200 OK", False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive", True),
    ],
)
def test_a_connection_is_kept_as_the_version_and_the_camera_say(
    head: bytes, *, keeps: bool
) -> None:
    assert whole(head + b"\r\nContent-Length: 0\r\n\r\n").keeps is keeps


def test_a_connection_on_which_more_comes_than_was_said_is_not_kept() -> None:
    found = whole(OK + b"Content-Length: 3\r\n\r\n<a><b/></a>")

    assert (found.body, found.keeps) == (b"<a>", False)


def test_challenges_are_kept_one_by_one_and_a_folded_one_is_whole() -> None:
    said = b'WWW-Authenticate: Digest realm="r",\r\n  nonce="n"\r\nwww-authenticate: Basic\r\n'
    found = whole(b"HTTP/1.1 401 No\r\n" + said + b"Content-Length: 0\r\n\r\n")

    assert found.challenges == ('Digest realm="r", nonce="n"', "Basic")


REFUSED = {
    "another protocol": b"SSH-2.0-OpenSSH\r\n\r\n",
    "no version": b"HTTP/2 200 OK\r\n\r\n",
    "status 0": b"HTTP/1.1 000 No\r\n\r\n",
    "endless continues": b"HTTP/1.1 100 Continue\r\n\r\n" * (MAX_INTERIM + 1),
    "switched protocols": b"HTTP/1.1 101 Yes\r\n\r\n",
    "endless head": OK + b"X: " + b"y" * MAX_HEAD,
    "countless headers": OK + b"X: y\r\n" * 200 + b"\r\n",
    "nul": OK + b"X: \x00\r\n\r\n",
    "header without a name": OK + b": y\r\n\r\n",
    "negative length": OK + b"Content-Length: -5\r\n\r\n",
    "length beyond all": OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n",
    "two lengths": OK + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\n",
    "no length": OK + b"Content-Length: \r\n\r\n",
    "too long": OK + b"Content-Length: 4097\r\n\r\n",
    "too long and unsaid": OK + b"\r\n" + b"x" * 4097,
    "chunks beyond all": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 64 + b"\r\n",
    "chunks too long": OK + b"Transfer-Encoding: chunked\r\n\r\n1001\r\n",
    "chunk of no size": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunk longer than it says": OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    "endless size": OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 2000,
    "countless chunks": OK
    + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"
    + b"X: y\r\n" * (MAX_CHUNKS + 1),
    "gzip in transfer": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_answer_is_refused_before_its_end_comes(sent: bytes) -> None:
    with pytest.raises(NotHttp):
        answer(sent)


@pytest.mark.slow
@settings(max_examples=50)
@given(st.lists(st.binary(max_size=64), max_size=12))
def test_no_bytes_bring_it_down(pieces: list[bytes]) -> None:
    for first in (b"", OK, OK + b"Transfer-Encoding: chunked\r\n\r\n"):
        incoming = Incoming(MOST)
        try:
            for piece in (first, *pieces):
                if incoming.feed(piece) is not None:
                    break
            incoming.closed()
        except NotHttp:
            pass


NAMES = st.text("abcXYZ-", min_size=1, max_size=12)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)


@pytest.mark.slow
@settings(max_examples=40)
@given(
    status=st.sampled_from([200, 400, 401, 500, 503]),
    extra=st.lists(st.tuples(NAMES, VALUES), max_size=5),
    chunks=st.lists(st.binary(min_size=1, max_size=200), max_size=5),
    in_chunks=st.booleans(),
    cuts=st.lists(st.integers(0, 1500), max_size=4),
)
def test_an_answer_is_read_as_aiohttp_reads_it(
    status: int,
    extra: list[tuple[str, str]],
    chunks: list[bytes],
    in_chunks: bool,
    cuts: list[int],
) -> None:
    body = b"".join(chunks)
    said = [f"X-{name}: {value}" for name, value in extra]
    said.append("Transfer-Encoding: chunked" if in_chunks else f"Content-Length: {len(body)}")
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} Said", *said))
    sent = head.encode() + b"\r\n" + (chunked(chunks) if in_chunks else body)
    edges = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})

    found = whole(*(sent[a:b] for a, b in pairwise(edges)))

    assert (found.status, found.body) == _by_aiohttp(sent)
    assert found.keeps


def _by_aiohttp(sent: bytes) -> tuple[int, bytes]:
    async def read() -> tuple[int, bytes]:
        loop = asyncio.get_running_loop()
        messages, _, _ = HttpResponseParser(BaseProtocol(loop), loop, 2**16).feed_data(sent)
        message, stream = messages[0]
        return message.code, await stream.read()

    return asyncio.run(read())
