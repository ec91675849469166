"""System: the clock of this machine, secrets in files, and what this process takes.

In: the monotonic and the wall clock, a folder only its owner can read.
Out: instants; credentials by name.
Law: a secret leaves its file only as ``Secret``; a file others could read is refused.
"""

from orchestrator.adapters.system.clock import SystemClock
from orchestrator.adapters.system.secrets import FileSecrets, password_in
from orchestrator.adapters.system.usage import usage

__all__ = ["FileSecrets", "SystemClock", "password_in", "usage"]
