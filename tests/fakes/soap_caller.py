"""A minimal SOAP caller for tests, independent of the product: envelopes and logins by hand."""

import base64
import hashlib
import os
from datetime import UTC, datetime, timedelta

import aiohttp
from lxml import etree

ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" '
    'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" '
    'xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl" '
    'xmlns:tev="http://www.onvif.org/ver10/events/wsdl" '
    'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2">'
    "<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
INFORMATION = "<tds:GetDeviceInformation/>"
CLOCK = "<tds:GetSystemDateAndTime/>"


def token(username: str, password: str, *, skew_s: float = 0.0, nonce: bytes | None = None) -> str:
    """Return a WS-Security header with a digest UsernameToken."""
    nonce = nonce or os.urandom(16)
    created = (datetime.now(UTC) + timedelta(seconds=skew_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
    proof = base64.b64encode(
        hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    ).decode()
    return (
        f'<wsse:Security xmlns:wsse="{_WSS}wssecurity-secext-1.0.xsd" '
        f'xmlns:wsu="{_WSS}wssecurity-utility-1.0.xsd"><wsse:UsernameToken>'
        f"<wsse:Username>{username}</wsse:Username>"
        f'<wsse:Password Type="{_WSS}username-token-profile-1.0#PasswordDigest">{proof}'
        f"</wsse:Password><wsse:Nonce>{base64.b64encode(nonce).decode()}</wsse:Nonce>"
        f"<wsu:Created>{created}</wsu:Created></wsse:UsernameToken></wsse:Security>"
    )


def authorization(
    challenge: str,
    username: str,
    password: str,
    *,
    method: str = "POST",
    path: str = "/onvif/device_service",
    count: int = 1,
) -> str:
    """Return an ``Authorization`` value that answers a digest challenge with qop=auth."""
    parts = [part.strip().partition("=") for part in challenge.removeprefix("Digest ").split(",")]
    said = {name: value.strip('"') for name, _, value in parts}
    hasher = hashlib.sha256 if said["algorithm"] == "SHA-256" else hashlib.md5

    def hashed(text: str) -> str:
        return hasher(text.encode()).hexdigest()

    who = hashed(f"{username}:{said['realm']}:{password}")
    what = hashed(f"{method}:{path}")
    response = hashed(f"{who}:{said['nonce']}:{count:08x}:c0ffee:auth:{what}")
    return (
        f'Digest username="{username}", realm="{said["realm"]}", nonce="{said["nonce"]}", '
        f'uri="{path}", algorithm={said["algorithm"]}, qop=auth, nc={count:08x}, '
        f'cnonce="c0ffee", response="{response}"'
    )


class Reply:
    """An HTTP status, its challenges and the XML it brought."""

    def __init__(self, status: int, challenges: list[str], data: bytes) -> None:
        """Parse the body."""
        self.status = status
        self.challenges = challenges
        self.root = etree.fromstring(data)

    @property
    def operation(self) -> str:
        """Return the name of the response element."""
        body = self.root.find("{*}Body")
        assert body is not None
        return etree.QName(body[0]).localname

    @property
    def fault(self) -> list[str]:
        """Return the fault's subcodes."""
        return [value.text or "" for value in self.root.iterfind(".//{*}Subcode/{*}Value")]

    def texts(self, name: str) -> list[str]:
        """Return the texts of every element of that name."""
        return [found.text or "" for found in self.root.iterfind(f".//{{*}}{name}")]


async def call(
    url: str, body: str, *, header: str = "", http: dict[str, str] | None = None
) -> Reply:
    """Post one operation and return the reply."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            url, data=ENVELOPE.format(header=header, body=body).encode(), headers=http or {}
        ) as reply,
    ):
        challenges = reply.headers.getall("WWW-Authenticate", [])
        return Reply(reply.status, challenges, await reply.read())
