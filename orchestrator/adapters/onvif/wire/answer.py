"""One HTTP/1 answer out of bytes as they come in (RFC 9112), bounded in every part: pure.

Strict where a camera could mean two things by what it sends (two lengths, a length that is none),
and lenient where it cannot: lines may end without a carriage return, a header may be folded. Of the
headers only those are kept that say how the body is framed or which login is wanted. Whatever else
comes raises ``NotHttp`` as soon as it is seen, and no sooner is more read than the caps allow.
"""

import re
from dataclasses import dataclass
from typing import Final, Protocol

MAX_HEAD: Final = 32 << 10
MAX_FIELDS: Final = 128
MAX_INTERIM: Final = 8
"""Answers that announce another one (100 Continue), before that one."""
MAX_CHUNKS: Final = 20_000
_MAX_CHUNK_LINE: Final = 1024
_SWITCHES: Final = 101
_BODILESS: Final = frozenset({204, 304})

_END: Final = re.compile(rb"\r?\n\r?\n")
_STATUS: Final = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: .*)?")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
_DIGITS: Final = re.compile(rb"[0-9]{1,12}")
_WANTED: Final = frozenset(
    {
        b"connection",
        b"content-encoding",
        b"content-length",
        b"transfer-encoding",
        b"www-authenticate",
    }
)


class NotHttp(ValueError):
    """What came is no answer of HTTP/1, or more of one than is taken."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; ``keeps`` says whether its connection can be used again."""

    status: int
    challenges: tuple[str, ...]
    encoding: str
    body: bytes
    keeps: bool


@dataclass(frozen=True, slots=True)
class _Head:
    status: int
    keeps: bool
    fields: dict[bytes, list[bytes]]


class _Body(Protocol):
    """A body as one way of framing has it."""

    def feed(self, data: bytes) -> bool:
        """Take what came; True once the body is whole."""
        ...

    def closed(self) -> bool:
        """Say whether the body is whole now that nothing more comes."""
        ...

    def taken(self) -> tuple[bytes, bool]:
        """Return the body, and whether nothing came after it."""
        ...


class Incoming:
    """An answer that is on its way."""

    __slots__ = ("_body", "_head", "_interim", "_looked", "_most", "_seen")

    def __init__(self, most_bytes: int) -> None:
        """Expect an answer whose body has at most so many bytes."""
        self._most = most_bytes
        self._seen = b""
        self._looked = 0
        self._interim = 0
        self._head: _Head | None = None
        self._body: _Body | None = None

    @property
    def begun(self) -> bool:
        """Return whether anything has come."""
        return bool(self._body or self._seen or self._interim)

    def feed(self, data: bytes) -> Answer | None:
        """Take what came; the answer once it is whole. ``NotHttp`` for what cannot become one."""
        if self._body is None:
            rest = self._opened(data)
            if rest is None:
                return None
            data = rest
        assert self._body is not None
        return self._whole() if self._body.feed(data) else None

    def closed(self) -> Answer | None:
        """Return the answer that ends with its connection; None where it ends before it is whole."""
        return self._whole() if self._body is not None and self._body.closed() else None

    def _whole(self) -> Answer:
        assert self._head is not None
        assert self._body is not None
        body, clean = self._body.taken()
        fields = self._head.fields
        encodings = b",".join(fields.get(b"content-encoding", ()))
        return Answer(
            status=self._head.status,
            challenges=tuple(
                each.decode("latin-1") for each in fields.get(b"www-authenticate", ())
            ),
            encoding=encodings.decode("latin-1").strip().lower() or "identity",
            body=body,
            keeps=clean and self._head.keeps,
        )

    def _opened(self, data: bytes) -> bytes | None:
        """Return what follows the head of the answer, once that is there."""
        seen = self._seen + data if self._seen else data
        while (end := _END.search(seen, max(0, self._looked - 3))) is not None:
            if end.start() > MAX_HEAD:
                raise NotHttp(f"the head of the answer is larger than {MAX_HEAD} bytes")
            head = _head(seen[: end.start()])
            seen, self._looked = seen[end.end() :], 0
            if head.status >= 200:
                self._head, self._body, self._seen = head, _framed(head, self._most), b""
                return seen
            self._interim += 1
            if head.status == _SWITCHES or self._interim > MAX_INTERIM:
                raise NotHttp("the camera announces an answer again and again, and gives none")
        if len(seen) > MAX_HEAD:
            raise NotHttp(f"the head of the answer is larger than {MAX_HEAD} bytes")
        self._seen, self._looked = seen, len(seen)
        return None


def _head(raw: bytes) -> _Head:
    """Return a head; its lines come without the empty one that ends them."""
    text = raw.replace(b"\r\n", b"\n")
    if _CONTROL.search(text):
        raise NotHttp("the head of the answer has control characters")
    first, *lines = text.split(b"\n")
    found = _STATUS.fullmatch(first)
    if found is None:
        raise NotHttp("the answer is not HTTP")
    if len(lines) > MAX_FIELDS:
        raise NotHttp(f"the answer has more than {MAX_FIELDS} headers")
    fields = _fields(lines)
    said = b",".join(fields.get(b"connection", ())).lower()
    keeps = b"keep-alive" in said if found[1] == b"0" else b"close" not in said
    return _Head(int(found[2]), keeps, fields)


def _fields(lines: list[bytes]) -> dict[bytes, list[bytes]]:
    """Return the values of those headers that are of use here."""
    fields: dict[bytes, list[bytes]] = {}
    values: list[bytes] | None = None
    for line in lines:
        if line[:1] in {b" ", b"\t"}:  # a folded header goes on
            if values:
                values[-1] += b" " + line.strip()
            continue
        name, colon, value = line.partition(b":")
        name = name.strip().lower()
        if not colon or not name:
            raise NotHttp("the answer has a header without a name")
        values = fields.setdefault(name, []) if name in _WANTED else None
        if values is not None:
            values.append(value.strip())
    return fields


def _framed(head: _Head, most_bytes: int) -> _Body:
    """Return how the body of an answer with this head is read (RFC 9112, 6.3)."""
    if head.status in _BODILESS:
        return _Sized(0)
    codings = head.fields.get(b"transfer-encoding")
    if codings is not None:
        if b",".join(codings).strip().lower() != b"chunked":
            raise NotHttp("the answer has a transfer coding other than chunked")
        return _Chunked(most_bytes)
    lengths = head.fields.get(b"content-length")
    if lengths is None:
        return _Unsized(most_bytes)
    said = {each.strip() for each in b",".join(lengths).split(b",")}
    length = said.pop()
    if said or not _DIGITS.fullmatch(length):
        raise NotHttp("the answer has no sensible length")
    return _Sized(_room(int(length), most_bytes))


def _room(size: int, most_bytes: int) -> int:
    if size > most_bytes:
        raise NotHttp(f"the answer is larger than {most_bytes} bytes")
    return size


class _Sized:
    """A body whose length the head says."""

    __slots__ = ("_left", "_over", "_pieces")

    def __init__(self, length: int) -> None:
        self._left = length
        self._over = False
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> bool:
        size = len(data)
        self._over = size > self._left
        self._pieces.append(data[: self._left] if self._over else data)
        self._left = max(0, self._left - size)
        return self._left == 0

    def closed(self) -> bool:
        return self._left == 0

    def taken(self) -> tuple[bytes, bool]:
        return b"".join(self._pieces), not self._over


class _Unsized:
    """A body that ends with its connection."""

    __slots__ = ("_most", "_pieces", "_size")

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> bool:
        self._size = _room(self._size + len(data), self._most)
        self._pieces.append(data)
        return False

    def closed(self) -> bool:
        return True

    def taken(self) -> tuple[bytes, bool]:
        return b"".join(self._pieces), False


class _Chunked:
    """A body in chunks, each with its size before it."""

    __slots__ = ("_chunks", "_due", "_left", "_most", "_pieces", "_rest", "_size", "_trailing")

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._chunks = 0
        self._left = 0
        self._due = False
        """Whether the line end behind a chunk is due."""
        self._trailing = False
        self._rest = b""
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> bool:
        data = self._rest + data if self._rest else data
        at = 0
        while True:
            if self._left:
                piece = data[at : at + self._left]
                self._pieces.append(piece)
                self._left -= len(piece)
                at += len(piece)
                self._due = True
                if self._left:
                    self._rest = b""
                    return False
            end = data.find(b"\n", at)
            if end < 0 or end - at > _MAX_CHUNK_LINE:
                self._rest = data[at:]
                if len(self._rest) > _MAX_CHUNK_LINE:
                    raise NotHttp("the answer has a chunk without a size")
                return False
            line, at = data[at:end].removesuffix(b"\r"), end + 1
            if self._ended(line):
                self._rest = data[at:]
                return True

    def _ended(self, line: bytes) -> bool:
        """Take a line between chunks; True for the last one."""
        if self._due:
            if line:
                raise NotHttp("the answer has a chunk of another size than it says")
            self._due = False
            return False
        self._chunks += 1
        if self._chunks > MAX_CHUNKS:
            raise NotHttp(f"the answer has more than {MAX_CHUNKS} chunks")
        if self._trailing:
            return not line
        found = _SIZE.fullmatch(line)
        if found is None:
            raise NotHttp("the answer has a chunk without a size")
        self._left = int(found[1], 16)
        self._size = _room(self._size + self._left, self._most)
        self._trailing = self._left == 0
        return False

    def closed(self) -> bool:
        return False

    def taken(self) -> tuple[bytes, bool]:
        return b"".join(self._pieces), not self._rest
