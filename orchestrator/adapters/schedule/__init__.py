"""Schedule: wake the loop at moments that calendars and patrols named.

In: the moments wanted next.
Out: a wake-up at each of them, however late.
Law: it only wakes; what is true at that moment is computed from now, so a missed job corrupts nothing.
"""

from orchestrator.adapters.schedule.wakeups import ApschedulerWakeups

__all__ = ["ApschedulerWakeups"]
