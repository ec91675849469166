"""What is written without mistake and still will not do what its author thinks.

In: a site with its policies and its topology, and how many test cases each rule has.
Out: remarks, each with a code, its place, a sentence and a hint; the table of rules they follow.
Beside them, the graph of how the rules of a site hang together.
Law: pure; a remark is made only where it certainly holds, and what cannot be judged is told once.
"""

from orchestrator.lint.relations import relations
from orchestrator.lint.remark import Remark, Rule
from orchestrator.lint.rules import RULES, remarks

__all__ = ["RULES", "Remark", "Rule", "relations", "remarks"]
