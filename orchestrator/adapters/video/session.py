"""An RTSP session (RFC 2326) over one connection: describe, set up, play, keep alive.

Written out here rather than left to the video library: that one sends the password in clear to a
camera that asks for Basic, takes it along to wherever a redirect points, and gives a picture out
only when the next one begins. Redirects are not followed; proof of the password is by Digest only.
"""

import re
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

from orchestrator.adapters.video.connection import Connection
from orchestrator.adapters.video.digest import Prover, best_challenge
from orchestrator.adapters.video.reading import Answer, Interleaved
from orchestrator.adapters.video.sdp import Track, video_track
from orchestrator.adapters.video.waiting import SILENCE_S
from orchestrator.errors import MediaError

_AGENT = "onvif-orchestrator"
_CHANNELS = re.compile(r"interleaved=(\d{1,3})-(\d{1,3})")
_SESSION = re.compile(r"([!-:<-~]{1,128})(?:\s*;\s*timeout=(\d{1,5}))?")
_PLAIN_URI = re.compile(r"rtsp://[!-~]{1,1024}", re.IGNORECASE)
_MOST_BEFORE_ANSWER = 500
DEFAULT_TIMEOUT_S = 60


class RtspSession:
    """One stream being played; every method may raise ``MediaError``."""

    def __init__(self, connection: Connection, uri: str, prover: Prover) -> None:
        """Keep the connection; nothing is sent yet. ``uri`` carries no login."""
        self._connection = connection
        self._uri = uri
        self._prover = prover
        self._number = 0
        self._session = ""
        self._alive_every_s = DEFAULT_TIMEOUT_S / 2
        self._alive_by = "GET_PARAMETER"
        self._early: list[Interleaved] = []
        self.rtp_channel = 0
        self.rtcp_channel = 1

    def play(self) -> Track:
        """Start the stream's video."""
        described = self._asked("DESCRIBE", self._uri, {"Accept": "application/sdp"})
        base = described.header("content-base") or described.header("content-location")
        base = base if _PLAIN_URI.fullmatch(base) else self._uri
        track = video_track(described.body)
        transport = {"Transport": self._connection.offer}
        control = _joined(base, track.control)
        self._note_session(self._asked("SETUP", control, transport))
        self._asked("PLAY", base, {"Range": "npt=0.000-"})
        return track

    def packets(self) -> Iterator[Interleaved]:
        """Return packets as they come, and keep the session alive meanwhile."""
        early, self._early = self._early, []
        yield from early
        alive_at_s = time.monotonic()
        while True:
            if time.monotonic() - alive_at_s >= self._alive_every_s:
                alive_at_s = time.monotonic()
                self._send(self._alive_by, self._uri, {})
            arrived = self._connection.next()
            if isinstance(arrived, Interleaved):
                yield arrived
            else:
                self._note_alive(arrived)

    def _note_alive(self, answer: Answer) -> None:
        """Learn from the answer to a keep-alive: another way, or another nonce."""
        challenge = best_challenge(answer.headers.get("www-authenticate", ()))
        if answer.status == 401 and challenge is not None:
            self._prover.take(challenge)
        elif answer.status >= 400:
            self._alive_by = "OPTIONS"

    def _note_session(self, answer: Answer) -> None:
        """Keep what SETUP agreed upon."""
        session = _SESSION.match(answer.header("session"))
        if session is None:
            raise MediaError("the camera gave its stream no session")
        self._session = session[1]
        timeout_s = int(session[2] or DEFAULT_TIMEOUT_S)
        self._alive_every_s = max(1.0, min(timeout_s, DEFAULT_TIMEOUT_S) / 2)
        self._connection.agreed(answer.header("transport"))
        channels = _CHANNELS.search(answer.header("transport"))
        if channels is not None:
            self.rtp_channel, self.rtcp_channel = int(channels[1]), int(channels[2])

    def _asked(self, method: str, uri: str, headers: Mapping[str, str]) -> Answer:
        """Return the camera's good answer; a challenge is answered once."""
        answer = self._answered(method, uri, headers)
        if answer.status == 401:
            self._take_challenge(answer)
            answer = self._answered(method, uri, headers)
        if answer.status in {401, 403}:
            raise MediaError("the camera refused the credentials for its stream", refused=True)
        if 300 <= answer.status < 400:
            message = "the camera sends its stream's viewers elsewhere; that is not followed"
            raise MediaError(message, hostile=True)
        if not 200 <= answer.status < 300:
            raise MediaError(f"the camera answered {answer.status} to {method} of its stream")
        return answer

    def _take_challenge(self, answer: Answer) -> None:
        challenge = best_challenge(answer.headers.get("www-authenticate", ()))
        if challenge is None:
            raise MediaError(
                "the camera wants the password of its stream in clear; enable Digest on it",
                refused=True,
            )
        self._prover.take(challenge)

    def _answered(self, method: str, uri: str, headers: Mapping[str, str]) -> Answer:
        self._send(method, uri, headers)
        until_s = time.monotonic() + SILENCE_S
        for _ in range(_MOST_BEFORE_ANSWER):
            arrived = self._connection.next(until_s)
            if isinstance(arrived, Answer):
                return arrived
            self._early.append(arrived)  # some cameras begin before they answer to PLAY
        raise MediaError("the camera sends packets instead of an answer", hostile=True)

    def _send(self, method: str, uri: str, headers: Mapping[str, str]) -> None:
        self._number += 1
        lines = [f"{method} {uri} RTSP/1.0", f"CSeq: {self._number}", f"User-Agent: {_AGENT}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        proof = self._prover.header(method, uri)
        if proof is not None:
            lines.append(f"Authorization: {proof}")
        if self._session:
            lines.append(f"Session: {self._session}")
        self._connection.send("\r\n".join([*lines, "", ""]).encode())


def _joined(base: str, control: str) -> str:
    """Return a track's address. A camera's base often lacks the slash that its controls need."""
    if not control:
        return base
    if control.lower().startswith("rtsp://"):
        return control
    return (
        f"{base.rstrip('/')}/{control.lstrip('/')}" if "?" not in base else urljoin(base, control)
    )
