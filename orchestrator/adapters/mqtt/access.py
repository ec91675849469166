"""Who may read and write which topics of a site's broker: one table, for every broker.

The topic of a command names its user, so whoever may write only below their own name cannot
speak as another: that is the whole identity a command has. Answers are read the same way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.domain.site import Operator, Site
from orchestrator.errors import AuthorError, Finding
from orchestrator.ports import Credentials, Secrets

PUBLISHED = (
    "status",
    "privacy",
    "metrics/#",
    "targets",
    "identities",
    "camera/#",
    "event/#",
    "alarm/#",
    "decision/#",
    "shadow/#",
)
"""What the service tells everybody who may log in, below the site's prefix."""


@dataclass(frozen=True, slots=True)
class Account:
    """A login of the broker, with the topic filters it may write and read."""

    credentials: Credentials
    writes: tuple[str, ...]
    reads: tuple[str, ...]

    @property
    def user(self) -> str:
        """Return the user name."""
        return self.credentials.username

    def may_write(self, topic: str) -> bool:
        """Say whether this login may publish to a topic."""
        return any(covers(allowed, topic) for allowed in self.writes)

    def may_read(self, wanted: str) -> bool:
        """Say whether this login may have a topic, or everything a filter matches."""
        return any(covers(allowed, wanted) for allowed in self.reads)


def accounts(site: Site, secrets: Secrets) -> tuple[Account, ...]:
    """Return the service's account and one for each operator; ``AuthorError`` if one is unusable."""
    assert site.broker is not None
    prefix = f"orchestrator/{site.name}"
    everything = (f"{prefix}/#",)
    service = Account(secrets.credentials(site.broker.credentials), everything, everything)
    operators = tuple(_operator(prefix, one, secrets) for one in site.operators)
    _check_names_once((service, *operators), site.operators)
    return (service, *operators)


def covers(allowed: str, wanted: str) -> bool:
    """Say whether filter ``allowed`` matches everything that ``wanted`` (topic or filter) matches.

    >>> covers("a/#", "a/b/+"), covers("a/+", "a/#"), covers("a/+/c", "a/b/c"), covers("a/#", "a")
    (True, False, True, True)
    """
    asked = wanted.split("/")
    for depth, level in enumerate(allowed.split("/")):
        if level == "#":
            return not wanted.startswith("$")
        if depth >= len(asked) or asked[depth] == "#":
            return False
        if level not in ("+", asked[depth]):
            return False
    return len(asked) == len(allowed.split("/"))


def _operator(prefix: str, operator: Operator, secrets: Secrets) -> Account:
    credentials = secrets.credentials(operator.credentials)
    if credentials.username != operator.name:
        raise AuthorError([_other_name(operator, credentials.username)])
    writes = (f"{prefix}/cmd/{operator.name}/#",) if operator.may_command else ()
    reads = tuple(f"{prefix}/{branch}" for branch in PUBLISHED)
    return Account(credentials, writes, (*reads, f"{prefix}/reply/{operator.name}/#"))


def _other_name(operator: Operator, username: str) -> Finding:
    return Finding(
        operator.credentials,
        1,
        1,
        f"the secret of operator `{operator.name}` holds the user name `{username}`",
        f"write `{operator.name}` in its first line: the broker knows an operator by that name",
    )


def _check_names_once(all_accounts: tuple[Account, ...], operators: tuple[Operator, ...]) -> None:
    findings = list(_twice(all_accounts, operators))
    if findings:
        raise AuthorError(findings)


def _twice(all_accounts: tuple[Account, ...], operators: tuple[Operator, ...]) -> Iterator[Finding]:
    taken = {all_accounts[0].user}
    for account, operator in zip(all_accounts[1:], operators, strict=True):
        if account.user in taken:
            yield Finding(
                operator.credentials,
                1,
                1,
                f"the broker user `{account.user}` belongs to somebody else already",
                "give each operator, and the service, a user name of its own",
            )
        taken.add(account.user)
