"""World and policies -> claims -> leases -> one granted intent per camera: the only arbiter.

In: the site, the world, what was seen in this tick, the moment.
Out: the world with its desk brought forward, and a decision with every reason.
Law: one holder per camera; the higher band wins; privacy is above all bands and is proved for the
view and for the way there, else refused; the same input gives the same decision, bit for bit.
"""

from orchestrator.decide.decided import decided
from orchestrator.decide.examined import examined
from orchestrator.decide.swap import swapped
from orchestrator.decide.turns import coming

__all__ = ["coming", "decided", "examined", "swapped"]
