"""The command line: `orchestrator VERB`. Imports what a command needs only when it runs.

In: arguments.
Out: text a person reads, or JSON; exit codes 0 ok, 1 findings, 2 usage, 3 unreachable.
Law: composes and prints; decides nothing.
"""

import sys

from orchestrator.cli.commands import app
from orchestrator.errors import AuthorError, ModelError, OrchestratorError


def main() -> None:
    """Run the command line; an error of ours is a sentence, never a traceback."""
    try:
        app()
    except (AuthorError, ModelError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except OrchestratorError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(3)
