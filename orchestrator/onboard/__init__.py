"""From an address that answered to a camera that is ours, known and kept.

In: the site's cameras, candidates, links to approved cameras, a clock.
Out: approvals in the store, passports and link states as observations.
Law: a login goes only where the site file or an approval says; a refused one is not repeated.
"""

from orchestrator.onboard.approve import ApprovalReport, Declined, approved
from orchestrator.onboard.hearsay import Hearsay
from orchestrator.onboard.keep import keep_onboard
from orchestrator.onboard.match import Match, matched

__all__ = ["ApprovalReport", "Declined", "Hearsay", "Match", "approved", "keep_onboard", "matched"]
