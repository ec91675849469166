"""Storage: the files of models, here and where their makers keep them.

In: the files that a card names, and the addresses of their sources.
Out: whether they are here and as promised; the missing ones, fetched.
Law: what is not the promised file, to the last bit, never gets its name; nobody but the source's own
host is asked.
"""

from orchestrator.adapters.storage.fetching import Storage
from orchestrator.adapters.storage.held import Held, held

__all__ = ["Held", "Storage", "held"]
