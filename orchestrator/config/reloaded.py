"""What a reload changes and what it has to leave: two sites compared, in sentences; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from orchestrator.domain.camera import Camera
from orchestrator.domain.fingerprint import NOT_WRITTEN, canonical
from orchestrator.domain.policy import Patrol, Policy, PrivacyRule
from orchestrator.domain.site import Operator, Reidentify, Site

_ADDRESS = ("host", "port")
_KINDS = {Policy: "policy", Patrol: "patrol", PrivacyRule: "privacy rule"}


def lasting(running: Site, written: Site) -> Site:
    """Return the written site with everything that a running service cannot change as it runs.

    Cameras, who vouches for them, the broker, the time zone, the site's name, what searches
    pictures and the model that tells people apart stay; ``awaiting`` says of each that is written otherwise that it needs a
    restart.
    """
    cameras = frozenset(camera.id for camera in running.cameras)
    return replace(
        written,
        name=running.name,
        timezone=running.timezone,
        cameras=running.cameras,
        broker=running.broker,
        authorities=running.authorities,
        discovery=running.discovery,
        watching=replace(
            written.watching,
            reidentify=_told_apart(running, written),
            inference=running.watching.inference,
        ),
        inventory=tuple(known for known in written.inventory if known.camera in cameras),
        map=written.map.among(cameras),
        awaiting=tuple(_awaiting(running, written)),
    )


def _awaiting(running: Site, written: Site) -> Iterator[str]:
    if written.name != running.name:
        yield f"the site is called `{written.name}` after a restart"
    if written.timezone != running.timezone:
        yield f"the time zone is `{written.timezone}` after a restart"
    if written.broker != running.broker:
        yield "the broker's address, login or TLS changes at a restart"
    if written.discovery != running.discovery:
        yield "where cameras are heard coming and going changes at a restart"
    if written.authorities != running.authorities:
        yield "who may vouch for cameras' certificates changes at a restart"
    if written.watching.reidentify != _told_apart(running, written):
        yield "the model that tells people apart is loaded at a restart"
    if written.watching.inference != running.watching.inference:
        yield "what searches pictures changes at a restart"
    yield from _cameras_awaiting(running.cameras, written.cameras)
    yield from _logins_awaiting(running.operators, written.operators)


def _told_apart(running: Site, written: Site) -> Reidentify | None:
    """Return who is told apart from now on: by the model that is loaded, and by none it may not be."""
    loaded, wanted = running.watching.reidentify, written.watching.reidentify
    return None if loaded is None or wanted is None else replace(wanted, model=loaded.model)


def _cameras_awaiting(running: Sequence[Camera], written: Sequence[Camera]) -> Iterator[str]:
    before = {camera.id: camera for camera in running}
    after = {camera.id: camera for camera in written}
    for camera in written:
        known = before.get(camera.id)
        if known is None:
            yield f"camera `{camera.id}` is added at a restart"
        elif known != camera:
            yield f"camera `{camera.id}` has its new {_differing(known, camera)} at a restart"
    for camera in running:
        if camera.id not in after:
            yield f"camera `{camera.id}` is let go at a restart"


def _differing(known: Camera, camera: Camera) -> str:
    """Return which parts of a camera are written otherwise, as authors know them."""
    names = [one.name for one in fields(camera)]
    changed = [name for name in names if getattr(known, name) != getattr(camera, name)]
    return ", ".join(dict.fromkeys("address" if name in _ADDRESS else name for name in changed))


def _logins_awaiting(running: Sequence[Operator], written: Sequence[Operator]) -> Iterator[str]:
    """Yield the operators whose login the broker has to learn; their roles hold at once."""
    before = {operator.name: operator.credentials for operator in running}
    for operator in written:
        if before.get(operator.name) != operator.credentials:
            yield f"operator `{operator.name}` can log in once the broker was started again"


def turned(before: Site, after: Site) -> tuple[str, ...]:
    """Return what is otherwise in force now, one sentence each; where it is written is no change.

    >>> from orchestrator.domain.site import Plan
    >>> site = Site("depot", "UTC", Plan(40.0, 25.0), ())
    >>> turned(site, replace(site, flags=(("storm", False),)))
    ('flags changed',)
    """
    return (*_rule_changes(before, after), *_other_changes(before, after))


def _rule_changes(before: Site, after: Site) -> Iterator[str]:
    old = {rule.name: rule for rule in before.policies.rules}
    new = {rule.name: rule for rule in after.policies.rules}
    for name, rule in new.items():
        known = old.get(name)
        if known is None or type(known) is not type(rule):
            yield f"{_KINDS[type(rule)]} `{name}` added"
        elif canonical(known) != canonical(rule):
            yield f"{_KINDS[type(rule)]} `{name}` changed"
    for name, rule in old.items():
        if name not in new or type(new[name]) is not type(rule):
            yield f"{_KINDS[type(rule)]} `{name}` removed"


def _other_changes(before: Site, after: Site) -> Iterator[str]:
    for part in fields(Site):
        if part.name in NOT_WRITTEN or part.name == "policies":
            continue
        if canonical(getattr(before, part.name)) != canonical(getattr(after, part.name)):
            yield f"{part.name.replace('_', ' ')} changed"
