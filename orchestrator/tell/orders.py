"""Reading a command: from a hostile message to an authorised order, or a plain refusal; pure.

Nothing in a message is believed. Its topic names the user, which the broker's rules vouch for;
the role comes from the site file; the body must be exactly the document of its verb, fresh by the
service's clock, and name things the site has. Every refusal has a code for programs and a
sentence for people that says what to do.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from orchestrator.domain.ids import CameraId, CommandId, PolicyName
from orchestrator.domain.sighting import Order
from orchestrator.domain.site import Site
from orchestrator.ports import Message
from orchestrator.tell.topics import Asked, Topics, is_word, level
from orchestrator.tell.verbs import VERBS, Body, Verb

PAYLOAD_CAP_BYTES = 64 * 1024
FRESH_S = 30.0
SAY_CAP = 400
"""Sentences quote what was sent; a long quotation is cut."""


class _Envelope(msgspec.Struct, frozen=True):
    """The little that is looked for in a refused body, so that its sender can be told."""

    id: str = ""
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A command that was read, authorised and understood; whether it is fresh is told apart.

    ``stale`` is None, or the sentence why it came too late or too early: a repeat of a command
    that was answered gets its answer again however late it comes.
    """

    user: str
    id: str
    reply_to: str
    about: str
    order: Order
    stale: str | None

    @property
    def command(self) -> CommandId:
        """Return the name of this command among all commands of all users."""
        return command_id(self.user, self.id)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that is no command to be followed: who to tell (if anybody), the code, and why."""

    user: str | None
    id: str
    reply_to: str | None
    code: str
    say: str


class _Refused(Exception):
    """Carries a refusal's code and sentence to where its address is known."""

    def __init__(self, code: str, say: str) -> None:
        super().__init__(say)
        self.code = code


def command_id(user: str, id_: str) -> CommandId:
    """Return the name of a user's command among all commands of all users.

    >>> command_id("anna", "17")
    'anna/17'
    """
    return CommandId(f"{user}/{id_}")


def request_of(message: Message, site: Site, now: datetime) -> Request | Refusal:
    """Return the command in a message, or why there is none to follow. ``now`` is aware."""
    topics = Topics(site.name)
    asked = topics.asked(message.topic)
    if asked is None:
        say = (
            f"`{_cut(message.topic)}` is not the topic of a command: publish to"
            f" `{topics.prefix}/cmd/<your user>/<camera, policy or flag>/<its id>/<verb>`"
        )
        return Refusal(None, "", None, "invalid", say)
    try:
        _check_envelope(message, asked, site)
        return _request(message, asked, site, now)
    except _Refused as refused:
        id_, reply_to = _address(message.payload, asked.user, topics)
        say = f"`{_cut(message.topic)}`: {refused}"
        return Refusal(asked.user, id_, reply_to, refused.code, _cut(say, SAY_CAP))


def _check_envelope(message: Message, asked: Asked, site: Site) -> None:
    if message.retain:
        raise _Refused(
            "invalid",
            "a retained command is not followed, it would be repeated at every connection:"
            " publish it without retain, and clear the topic with an empty retained message",
        )
    operator = next((one for one in site.operators if one.name == asked.user), None)
    if operator is None:
        raise _Refused(
            "unauthorised",
            f"the site has no operator `{asked.user}`: add them to `operators` in the site file",
        )
    if not operator.may_command:
        raise _Refused(
            "unauthorised",
            f"`{asked.user}` is a {operator.role} and may not command: ask an engineer for the role operator",
        )
    if len(message.payload) > PAYLOAD_CAP_BYTES:
        raise _Refused("invalid", f"the body is longer than {PAYLOAD_CAP_BYTES} bytes: shorten it")


def _request(message: Message, asked: Asked, site: Site, now: datetime) -> Request:
    verb = _verb(asked)
    _check_engineer(verb, asked, site)
    name = _OBJECTS[asked.object](asked, site)
    body = _body(message.payload, verb.document)
    return Request(
        user=asked.user,
        id=body.id,
        reply_to=_reply_to(body.reply_to, asked.user, Topics(site.name)),
        about=f"{asked.object} {name}",
        order=verb.order(body, name, site),
        stale=_stale(body, now),
    )


def _check_engineer(verb: Verb[Any], asked: Asked, site: Site) -> None:
    engineers = [one.name for one in site.operators if one.role == "engineer"]
    if verb.for_engineers and asked.user not in engineers:
        say = f"`{asked.verb}` is for engineers, and `{asked.user}` is none: ask one of them"
        raise _Refused("unauthorised", say)


def _verb(asked: Asked) -> Verb[Any]:
    verbs = VERBS.get(asked.object)
    if verbs is None:
        objects = " or ".join(f"`{known}`" for known in VERBS)
        raise _Refused("invalid", f"there are no commands to a `{_cut(asked.object)}`: {objects}")
    verb = verbs.get(asked.verb)
    if verb is None:
        raise _Refused(
            "invalid",
            f"a {asked.object} has no command `{_cut(asked.verb)}`: use {', '.join(verbs)}",
        )
    return verb


def _camera(asked: Asked, site: Site) -> CameraId:
    camera = next((one for one in site.cameras if level(one.id) == asked.id), None)
    if camera is None:
        known = ", ".join(one.id for one in site.cameras if one.ptz is not None)
        raise _Refused(
            "invalid", f"there is no camera `{_cut(asked.id)}` (cameras that move: {known})"
        )
    if camera.ptz is None:
        raise _Refused("invalid", f"camera `{camera.id}` is fixed: it takes no commands")
    return camera.id


def _policy(asked: Asked, site: Site) -> PolicyName:
    names = site.policies.names
    for name in names:
        if level(name) == asked.id:
            return name
    known = ", ".join(names)
    raise _Refused("invalid", f"there is no policy `{_cut(asked.id)}` (policies: {known})")


def _flag(asked: Asked, site: Site) -> str:
    names = [name for name, _ in site.flags]
    for name in names:
        if level(name) == asked.id:
            return name
    known = ", ".join(names)
    raise _Refused("invalid", f"there is no flag `{_cut(asked.id)}` (flags: {known})")


def _rule(asked: Asked, site: Site) -> str:
    names = [rule.name for rule in site.policies.privacy]
    for name in names:
        if level(name) == asked.id:
            return name
    known = ", ".join(names) or "there is none"
    raise _Refused("invalid", f"there is no privacy rule `{_cut(asked.id)}` (rules: {known})")


def _alarm(asked: Asked, _: Site) -> str:
    if not is_word(asked.id):
        raise _Refused("invalid", f"`{_cut(asked.id)}` is not the `id` of an alarm")
    return asked.id


def _site(asked: Asked, site: Site) -> str:
    if level(site.name) != asked.id:
        raise _Refused("invalid", f"this is not the site `{_cut(asked.id)}` but `{site.name}`")
    return site.name


_OBJECTS: Mapping[str, Callable[[Asked, Site], str]] = {
    "camera": _camera,
    "policy": _policy,
    "flag": _flag,
    "privacy": _rule,
    "alarm": _alarm,
    "site": _site,
}


def _body(payload: bytes, kind: type[Body]) -> Body:
    try:
        body = msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _Refused(
            "invalid",
            f"the body is not this command ({_cut(str(error))}): send a JSON object with `id`,"
            " `issued_at`, `args` and, if wanted, `expires_in` and `reply_to`",
        ) from None
    twice = _named_twice(payload)
    if twice is not None:
        raise _Refused("invalid", f"the body has `{_cut(twice)}` twice: say it once")
    return body


def _named_twice(payload: bytes) -> str | None:
    """Return a key that an object of the body has twice; called only on what has our few levels."""
    found: list[str] = []

    def seen(pairs: list[tuple[str, object]]) -> None:
        keys = [key for key, _ in pairs]
        found.extend(key for key in keys if keys.count(key) > 1)

    json.loads(payload, object_pairs_hook=seen)
    return found[0] if found else None


def _reply_to(wanted: str | None, user: str, topics: Topics) -> str:
    if wanted is None:
        return topics.reply(user)
    if not topics.is_reply_of(user, wanted):
        raise _Refused(
            "invalid",
            f"answers are not sent to `{_cut(wanted)}`: use `{topics.reply(user, 'NAME')}` with a"
            " name of letters, digits, dots and dashes, or leave `reply_to` out",
        )
    return wanted


def _stale(body: Body, now: datetime) -> str | None:
    age_s = (now - body.issued_at).total_seconds()
    if age_s < -FRESH_S:
        return (
            f"it was issued {-age_s:.0f} s in the future by the service's clock:"
            " set the clock of the machine that sends it"
        )
    if age_s > min(FRESH_S, body.expires_in):
        return (
            f"it was issued {age_s:.0f} s ago and was good for {min(FRESH_S, body.expires_in):g} s:"
            " send it again with a new `id` and `issued_at`"
        )
    return None


def _address(payload: bytes, user: str, topics: Topics) -> tuple[str, str | None]:
    """Return the id and the reply topic of a refused body, as far as they can be trusted."""
    default = topics.reply(user)
    if len(payload) > PAYLOAD_CAP_BYTES:
        return "", default
    try:
        envelope = msgspec.json.decode(payload, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "", default
    id_ = envelope.id if is_word(envelope.id) else ""
    reply_to = envelope.reply_to
    own = reply_to is not None and topics.is_reply_of(user, reply_to)
    return id_, reply_to if own else default


def _cut(text: str, cap: int = 80) -> str:
    return text if len(text) <= cap else f"{text[: cap - 3]}..."
