"""Tell: alarms, state and answers, to people and machines; commands from them.

In: each tick's world and decision; messages of operators.
Out: messages on the site's topics; authorised, fresh, never repeated commands.
Law: a fact is kept before it is told and told until somebody has it; nothing here decides or waits in a tick.
"""

from orchestrator.tell.state import farewell
from orchestrator.tell.tell import Tell
from orchestrator.tell.topics import Topics

__all__ = ["Tell", "Topics", "farewell"]
