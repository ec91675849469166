"""The composition root: which adapter stands behind which door, and the tree of tasks.

In: a site, its approvals, the doors.
Out: a running service, until it is cancelled.
Law: composes and routes; every decision is taken in ``think``, every act in a stage.
"""

from orchestrator.app.service import Doors, Service

__all__ = ["Doors", "Service"]
