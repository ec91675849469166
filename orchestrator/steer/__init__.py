"""Steer: make the granted intent true on the real head, and report what became of it.

In: the newest granted intent and trim of one camera, and its own reports.
Out: PTZ, imaging and auxiliary commands, and observations: where the head is, what became of each.
Law: without a grant, no command but Stop to a move whose grant is withdrawn, and what puts a camera back; one command in flight; level-triggered: a repeated intent is free.
"""

from orchestrator.steer.characterise import characterised
from orchestrator.steer.follow import Quarry
from orchestrator.steer.ladders import move_ladder, stop_ladder
from orchestrator.steer.reconcile import Goto, Halt, Motion, Stay, Step, reconciled
from orchestrator.steer.single import Errand, Outcome, moved
from orchestrator.steer.steer import Granted, steered
from orchestrator.steer.stopping import Stopped, stopped
from orchestrator.steer.timeline import HeadTimeline
from orchestrator.steer.trim import trimmed
from orchestrator.steer.witnesses import Witnesses

__all__ = [
    "Errand",
    "Goto",
    "Granted",
    "Halt",
    "HeadTimeline",
    "Motion",
    "Outcome",
    "Quarry",
    "Stay",
    "Step",
    "Stopped",
    "Witnesses",
    "characterised",
    "move_ladder",
    "moved",
    "reconciled",
    "steered",
    "stop_ladder",
    "stopped",
    "trimmed",
]
