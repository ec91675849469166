"""Schedule: wake the loop at moments that calendars and patrols named.

In: who says which moment comes next.
Out: a wake-up at each, however late; many that were missed are one.
Law: it only wakes; what is true at that moment is computed from now, so a missed job corrupts nothing.
"""

from orchestrator.adapters.schedule.wakeups import ApschedulerWakeups

__all__ = ["ApschedulerWakeups"]
