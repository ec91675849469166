"""`relay` and `auxiliary`: what hangs on a camera's contacts, and its wiper, washer and lamp."""

from dataclasses import dataclass, replace

import typer

from orchestrator.cli.at_camera import Deed, Told
from orchestrator.config.fields import did_you_mean
from orchestrator.domain.ids import RelayId
from orchestrator.domain.relays import Contact, Relay, RelayMode
from orchestrator.ports import CameraLink


@dataclass(frozen=True, slots=True)
class RelayAsked:
    """What a person asks of a relay output, as written."""

    verb: str
    id: str | None
    mode: str | None
    delay_s: float | None
    idle: str | None


def relay_deed(asked: RelayAsked) -> Deed:
    """Return what is to be done; ``typer.BadParameter`` when it makes no sense."""
    settings = (asked.mode, asked.delay_s, asked.idle)
    if (asked.verb != "list") != (asked.id is not None):
        raise typer.BadParameter("say which output after every verb but `list`, and only there")
    if (asked.verb == "set") != any(each is not None for each in settings):
        raise typer.BadParameter("say --mode, --delay or --idle with `set`, and only there")
    relay = RelayId(asked.id or "")
    match asked.verb:
        case "list":
            return _list_relays
        case "set":
            return lambda link: _set(link, relay, asked)
        case verb:
            return lambda link: _switch(link, relay, active=verb == "on")


def auxiliary_deed(command: str | None) -> Deed:
    """Return the sending of an auxiliary command, or the listing of those there are."""
    if command is None:
        return _list_commands
    return lambda link: _send(link, command)


async def _list_relays(link: CameraLink) -> Told:
    relays = await link.relays.listed()
    words = "\n".join(_words(each) for each in relays) or "this camera has no relay outputs"
    return Told([_plain(each) for each in relays], words)


async def _switch(link: CameraLink, relay: RelayId, *, active: bool) -> Told:
    await link.relays.switch(relay, active=active)
    state = "active" if active else "inactive"
    words = f"told `{relay}` to be {state}; no camera tells whether it is"
    return Told({"id": relay, "told": state}, words)


async def _set(link: CameraLink, relay: RelayId, asked: RelayAsked) -> Told:
    known = {each.id: each for each in await link.relays.listed()}
    if relay not in known:
        raise typer.BadParameter(
            f"this camera has no output `{relay}`: {did_you_mean(relay, sorted(known), 'output')}"
        )
    wanted = known[relay]
    if asked.mode is not None:
        wanted = replace(wanted, mode=RelayMode(asked.mode))
    if asked.delay_s is not None:
        wanted = replace(wanted, delay_s=asked.delay_s)
    if asked.idle is not None:
        wanted = replace(wanted, idle=Contact(asked.idle))
    kept = await link.relays.write(wanted)
    good = kept == wanted
    return Told(_plain(kept), _words(kept) + ("" if good else "\nthat is not as written"), good)


async def _list_commands(link: CameraLink) -> Told:
    commands = list((await link.interview()).auxiliary or ())
    return Told(commands, "\n".join(commands) or "this camera lists no auxiliary commands")


async def _send(link: CameraLink, command: str) -> Told:
    await link.send_auxiliary(command)
    return Told({"sent": command}, f"sent `{command}`")


def _plain(relay: Relay) -> dict[str, object]:
    return {
        "id": relay.id,
        "mode": relay.mode.value,
        "delay_s": relay.delay_s,
        "idle": relay.idle.value,
    }


def _words(relay: Relay) -> str:
    falls_back = f", falls back after {relay.delay_s:g} s"
    after = falls_back if relay.mode is RelayMode.MONOSTABLE else ""
    return f"{relay.id}: {relay.mode.value}{after}, {relay.idle.value} while inactive"
