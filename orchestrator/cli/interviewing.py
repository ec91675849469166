"""`interview` and `doctor`: what a camera can do, and what is wrong with it; neither moves it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import typer
from rich.console import Console

from orchestrator.adapters.onvif import OnvifCameras, impression, second_opinion
from orchestrator.adapters.system import SystemClock, password_in
from orchestrator.adapters.video import missing, offered
from orchestrator.cli.logs import configure_logs
from orchestrator.config import host_and_port
from orchestrator.domain.camera import Passport
from orchestrator.domain.ids import CameraId
from orchestrator.domain.impression import Answer, Impression
from orchestrator.errors import CameraError
from orchestrator.onboard.diagnose import Complaint, Trouble, diagnosed
from orchestrator.ports import DEVICE_SERVICE, Approval, Cameras, Credentials, Tls

UNPROVEN = ("Stop works", "Timeout is honoured", "MoveStatus is honest", "the position is real")
"""What no question answers: it is seen in normal work, or measured with consent."""
_HTTPS = "https://"


@dataclass(frozen=True, slots=True)
class Whom:
    """The address a person named, and the login for it, if any."""

    host: str
    port: int
    credentials: Credentials | None
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """What an address says to anybody, and how an interview with the login went."""

    seen: Impression
    passport: Passport | None = None
    error: CameraError | None = None

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """Return what is wrong."""
        return diagnosed(self.seen, self.error, self.passport)


def whom(address: str, username: str | None, password_file: Path | None) -> Whom:
    """Return whom a person means; the password comes from a file that only its owner can read."""
    tls = address.startswith(_HTTPS)
    at = host_and_port(address.removeprefix(_HTTPS), 443 if tls else 80)
    if at is None:
        raise typer.BadParameter(
            f"`{address}` is no address; write 192.0.2.11, 192.0.2.11:8080, [2001:db8::1]:8080 or"
            " https://192.0.2.11",
            param_hint="ADDRESS",
        )
    if (username is None) != (password_file is None):
        raise typer.BadParameter("`--username` and `--password-file` go together")
    login = None
    if username is not None and password_file is not None:
        login = Credentials(username, password_in(password_file))
    return Whom(*at, login, tls)


async def word_for(about: Whom, cameras: Cameras) -> Approval:
    """Return an approval: to name an address on the command line is to approve it, this once.

    Over TLS the certificate that it shows now is held to until the command ends.
    """
    camera = CameraId(f"{about.host}:{about.port}")
    tls = Tls((await cameras.certificate(about.host, about.port)).sha256) if about.tls else None
    return Approval(
        camera, about.host, about.port, DEVICE_SERVICE, "", None, "the command line", tls
    )


async def interview_camera(about: Whom, *, as_json: bool) -> int:
    """Print what a camera can do; return 1 when something is wrong, 3 when there is no camera."""
    configure_logs()
    talk = await _talked(about)
    if as_json:
        print(json.dumps(_stable(msgspec.to_builtins(_plain(talk))), indent=2))
    else:
        _print(_lines(talk))
    if talk.seen.answer is not Answer.CAMERA:
        return 3
    return 1 if talk.error is not None else 0


async def examine_camera(about: Whom) -> int:
    """Print what is wrong with a camera and what to do; return 1 when anything is, 3 without one."""
    configure_logs()
    _print([f"this machine: decoders run with {each}" for each in missing(offered())])
    talk = await _talked(about)
    lines = [f"{each.trouble.value}: {each.says}\n  {each.do}" for each in talk.complaints]
    _print(lines or ["nothing is wrong that can be seen by asking"])
    _print([f"second opinion (onvif-zeep): {await _second_opinion(about, talk)}"])
    if talk.seen.answer is not Answer.CAMERA:
        return 3
    return 1 if talk.complaints else 0


async def _second_opinion(about: Whom, talk: Talk) -> str:
    """Ask another client the same; a login that was refused is tried by nobody else: cameras lock out."""
    seen = talk.seen
    lacks_role = any(each.trouble is Trouble.ROLE for each in talk.complaints)
    return await second_opinion(
        about.host,
        about.port,
        about.credentials if talk.passport is not None or lacks_role else None,
        digest=any(each.startswith("http-digest") for each in seen.logins),
        clock_offset_s=seen.clock_offset_s or 0.0,
        tls=Tls(seen.certificate or None) if about.tls else None,
    )


async def _talked(about: Whom) -> Talk:
    clock = SystemClock()
    seen = await impression(about.host, about.port, tls=about.tls, clock=clock)
    if about.credentials is None or seen.answer is not Answer.CAMERA:
        return Talk(seen)
    async with OnvifCameras(clock) as cameras:
        try:
            link = cameras.link(await word_for(about, cameras), about.credentials)
            return Talk(seen, passport=await link.interview())
        except CameraError as error:
            return Talk(seen, error=error)


def _plain(talk: Talk) -> dict[str, object]:
    return {
        "seen": talk.seen,
        "passport": talk.passport,
        "unproven": UNPROVEN if talk.passport is not None and talk.passport.has_ptz else (),
        "complaints": [asdict(each) for each in talk.complaints],
    }


def _stable(value: object) -> object:
    """Return a value whose lists of words are in one order: most of them were sets."""
    if isinstance(value, dict):
        return {name: _stable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        words = [each for each in value if isinstance(each, str)]
        return sorted(words) if len(words) == len(value) else [_stable(each) for each in value]
    return value


def _lines(talk: Talk) -> Iterator[str]:
    """Yield a passport, or what a camera says to anybody, as lines."""
    seen, passport = talk.seen, talk.passport
    yield f"address         {seen.host} port {seen.port}: {seen.answer.value}"
    if seen.certificate:
        yield f"certificate     SHA-256 {seen.certificate}"
    if seen.clock_offset_s is not None:
        yield f"clock           {seen.clock_offset_s:+.1f} s from ours"
    if seen.logins:
        yield f"login           {', '.join(seen.logins)}"
    if passport is None:
        if seen.named is not None:
            who = seen.named
            yield f"camera          {who.manufacturer} {who.model}, serial {who.serial}, {who.firmware}"
        if seen.services is not None:
            yield f"claims          {', '.join(sorted(seen.services))}"
    else:
        yield from _of_passport(passport)
    for each in talk.complaints:
        yield f"{each.trouble.value}: {each.says}\n  {each.do}"


def _of_passport(passport: Passport) -> Iterator[str]:
    yield f"logged in by    {passport.authentication}"
    yield (
        f"camera          {passport.manufacturer} {passport.model}, serial {passport.serial},"
        f" firmware {passport.firmware}"
    )
    yield f"services        {', '.join(sorted(passport.services))}"
    if passport.rewritten:
        yield f"behind NAT      {', '.join(sorted(passport.rewritten))} named another host"
    for stream in passport.streams:
        size = f"{stream.width_px}x{stream.height_px}"
        yield f"stream          {stream.profile}: {stream.encoding} {size}, {stream.uri}"
    yield f"snapshot        {passport.snapshot or 'none'}"
    yield f"events          {passport.events or 'none'}"
    yield f"picture         {', '.join(sorted(passport.imaging or ())) or 'cannot be set'}"
    yield f"auxiliary       {', '.join(passport.auxiliary or ()) or 'none'}"
    if passport.has_ptz:
        yield from _of_head(passport)


def _of_head(passport: Passport) -> Iterator[str]:
    moves = passport.moves
    if moves is not None:
        ways = sorted(way.value for way in moves.pan_tilt | moves.zoom)
        yield f"moves           {', '.join(ways) or 'by presets only'}"
        yield f"home            {'yes' if moves.home else 'no'}"
        for span in moves.spaces:
            yield f"space           {span.space} {span.axis}: {span.low:g} to {span.high:g}"
    yield f"presets         {', '.join(each.name for each in passport.presets) or 'none'}"
    yield f"unproven        {'; '.join(UNPROVEN)}"


def _print(lines: Iterator[str] | list[str]) -> None:
    """Print lines as they are: what a device says of itself is text, no more."""
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line)
