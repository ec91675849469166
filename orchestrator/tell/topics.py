"""The topic tree of one site: every name this product reads or writes on a broker; pure.

::

    orchestrator/<site>/status                                  retained   online, offline (will)
    orchestrator/<site>/camera/<camera>/state                   retained   link, aim, who has it
    orchestrator/<site>/privacy                                 retained   which rules are lifted
    orchestrator/<site>/metrics/service                         retained   how the process fares
    orchestrator/<site>/metrics/camera/<camera>                 retained   how its video fares
    orchestrator/<site>/targets                                            everybody on the floor
    orchestrator/<site>/identities                                         people in pictures, doubts
    orchestrator/<site>/event/<kind>/<zone>                                what policies did
    orchestrator/<site>/alarm/<id>                              retained   what people must hear of
    orchestrator/<site>/decision/<camera>                                  why a camera moves
    orchestrator/<site>/shadow/<policy>                                    what it would have done
    orchestrator/<site>/cmd/<user>/<object>/<id>/<verb>         never      what operators ask
    orchestrator/<site>/reply/<user>/<client>                              answers to them

A name that is no topic level of its own (``/``, ``+``, ``#``, ``%``, control characters) is
percent-encoded, so that no camera or zone can be named out of its place in the tree.
"""

import re
from dataclasses import dataclass

from orchestrator.domain.ids import CameraId, NoticeId, PolicyName, ZoneId

ROOT = "orchestrator"
DEFAULT_CLIENT = "default"
"""The client an answer goes to when the command named no ``reply_to``."""

_UNSAFE = re.compile(r"[/+#%$\x00-\x1f\x7f]")
_WORD = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the topic of a command says: who asks what (``verb``) of which object."""

    user: str
    object: str
    id: str
    verb: str


@dataclass(frozen=True, slots=True)
class Topics:
    """The tree of one site."""

    site: str

    @property
    def prefix(self) -> str:
        """Return what every topic of this site begins with.

        >>> Topics("depot").prefix
        'orchestrator/depot'
        """
        return f"{ROOT}/{level(self.site)}"

    @property
    def status(self) -> str:
        """Return where the service says whether it is there; also its will."""
        return f"{self.prefix}/status"

    @property
    def privacy(self) -> str:
        """Return where it stands which privacy rules are lifted."""
        return f"{self.prefix}/privacy"

    @property
    def service_metrics(self) -> str:
        """Return where it is told how the process fares."""
        return f"{self.prefix}/metrics/service"

    def camera_metrics(self, camera: CameraId) -> str:
        """Return where it is told how a camera's video fares."""
        return f"{self.prefix}/metrics/camera/{level(camera)}"

    @property
    def metrics(self) -> str:
        """Return the filter that matches all of that."""
        return f"{self.prefix}/metrics/#"

    @property
    def targets(self) -> str:
        """Return where all live targets are told, in one message."""
        return f"{self.prefix}/targets"

    @property
    def identities(self) -> str:
        """Return where people in pictures are told, and who may be whom."""
        return f"{self.prefix}/identities"

    @property
    def commands(self) -> str:
        """Return the filter that matches every command."""
        return f"{self.prefix}/cmd/#"

    def camera_state(self, camera: CameraId) -> str:
        """Return where a camera's state is told.

        >>> Topics("depot").camera_state(CameraId("gate/1"))
        'orchestrator/depot/camera/gate%2F1/state'
        """
        return f"{self.prefix}/camera/{level(camera)}/state"

    def event(self, kind: str, zone: ZoneId | None) -> str:
        """Return where an event is told; one without a zone concerns the whole ``site``."""
        return f"{self.prefix}/event/{level(kind)}/{level(zone or 'site')}"

    def alarm(self, notice: NoticeId) -> str:
        """Return where an alarm is told."""
        return f"{self.prefix}/alarm/{level(notice)}"

    def decision(self, camera: CameraId) -> str:
        """Return where the reasons of a camera's moves are told."""
        return f"{self.prefix}/decision/{level(camera)}"

    def shadow(self, policy: PolicyName) -> str:
        """Return where it is told what a policy in shadow would have done."""
        return f"{self.prefix}/shadow/{level(policy)}"

    def reply(self, user: str, client: str = DEFAULT_CLIENT) -> str:
        """Return where a user's client hears its answers."""
        return f"{self.prefix}/reply/{level(user)}/{level(client)}"

    def is_reply_of(self, user: str, topic: str) -> bool:
        """Say whether a topic is one of a user's own reply topics.

        >>> Topics("depot").is_reply_of("anna", "orchestrator/depot/reply/anna/desk-1")
        True
        """
        mine = f"{self.prefix}/reply/{user}/"
        return topic.startswith(mine) and is_word(topic.removeprefix(mine))

    def asked(self, topic: str) -> Asked | None:
        """Return what a command's topic says, or None when it is not the topic of a command.

        >>> Topics("depot").asked("orchestrator/depot/cmd/anna/camera/gate/release")
        Asked(user='anna', object='camera', id='gate', verb='release')
        """
        start = f"{self.prefix}/cmd/"
        levels = topic.removeprefix(start).split("/")
        if not topic.startswith(start) or len(levels) != 4 or not is_word(levels[0]):
            return None
        return Asked(*levels)


def level(name: str) -> str:
    """Return a name as one level of a topic.

    >>> level("yard-ptz"), level("a/b#"), level("")
    ('yard-ptz', 'a%2Fb%23', '%')
    """
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", name) or "%"


def is_word(text: str) -> bool:
    """Say whether a text is 1 to 64 letters, digits, dots, dashes and underscores.

    >>> is_word("anna"), is_word("a b"), is_word("anna" + chr(10))
    (True, False, False)
    """
    return _WORD.fullmatch(text) is not None
