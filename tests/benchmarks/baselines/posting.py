"""The least that asking a camera over aiohttp can cost: one POST of bytes made beforehand.

The answer is read and not looked at. The login is HTTP Digest, done as cheaply as it can be: what
does not change from call to call is hashed once. URL, body and the fixed headers are made
beforehand as well; nothing is checked, nothing retried, nothing kept.
"""

import hashlib
import re

import aiohttp
from yarl import URL

_FIELD = re.compile(r'(\w+)="([^"]*)"')
_SOAP = "http://www.w3.org/2003/05/soap-envelope"


def session() -> aiohttp.ClientSession:
    """Return a session without anything that costs and is not needed."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=3.0),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )


class BarePost:
    """One call, made ready; ``payload`` is the element in its SOAP body."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, payload: bytes, login: tuple[str, str]
    ) -> None:
        self._session = session
        self._url = URL(url, encoded=True)
        self._body = b'<s:Envelope xmlns:s="%s"><s:Body>%s</s:Body></s:Envelope>' % (
            _SOAP.encode(),
            payload,
        )
        self._username, self._password = login
        self._headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
        self._count = 0
        self._who = self._what = self._said = self._nonce = ""

    async def learn(self) -> None:
        """Ask once without a login, and make one of the challenge if there is any."""
        async with self._session.post(self._url, data=self._body, headers=self._headers) as reply:
            await reply.read()
            challenge = reply.headers.get("WWW-Authenticate")
        if challenge is None:
            return
        said = dict(_FIELD.findall(challenge))
        self._nonce = said["nonce"]
        self._who = _md5(f"{self._username}:{said['realm']}:{self._password}")
        self._what = _md5(f"POST:{self._url.raw_path_qs}")
        self._said = (
            f'Digest username="{self._username}", realm="{said["realm"]}", nonce="{self._nonce}", '
            f'uri="{self._url.raw_path_qs}", algorithm=MD5, qop=auth, cnonce="0123456789abcdef", '
        )

    async def __call__(self) -> bytes:
        """Post it, and return what comes."""
        headers = self._headers
        if self._nonce:
            self._count += 1
            count = f"{self._count:08x}"
            proof = _md5(f"{self._who}:{self._nonce}:{count}:0123456789abcdef:auth:{self._what}")
            headers = {**headers, "Authorization": f'{self._said}nc={count}, response="{proof}"'}
        async with self._session.post(self._url, data=self._body, headers=headers) as reply:
            body = await reply.read()
            assert reply.status == 200, f"{self._url} answers {reply.status}"
            return body


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
