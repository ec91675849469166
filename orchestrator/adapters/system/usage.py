"""What this process takes of the machine, as the kernel counts it."""

import os
import time
from pathlib import Path

from orchestrator.domain.figures import Usage

_STATM = Path("/proc/self/statm")
_RESIDENT = 1
"""The second number in it: resident pages."""


def usage() -> Usage:
    """Return memory (resident set) and processor time of this process, without its children."""
    pages = int(_STATM.read_text(encoding="ascii").split()[_RESIDENT])
    return Usage(pages * os.sysconf("SC_PAGE_SIZE"), time.process_time())
