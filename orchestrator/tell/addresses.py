"""Where the answers to a command go: remembered for the newest commands, guessed for the rest."""

from collections import OrderedDict

from orchestrator.domain.ids import CommandId
from orchestrator.tell.topics import Topics

REMEMBERED = 10_000


class Addresses:
    """The reply topics of the newest commands."""

    def __init__(self, topics: Topics) -> None:
        """Start knowing none."""
        self._topics = topics
        self._known: OrderedDict[CommandId, str] = OrderedDict()

    def __contains__(self, command: CommandId) -> bool:
        """Say whether a command was met in this run."""
        return command in self._known

    def remember(self, command: CommandId, reply_to: str) -> None:
        """Send further answers to a command to ``reply_to``."""
        self._known[command] = reply_to
        self._known.move_to_end(command)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def of(self, command: CommandId) -> str:
        """Return where answers to a command go; its user's default client if it is not known."""
        known = self._known.get(command)
        return self._topics.reply(command.split("/", 1)[0]) if known is None else known
