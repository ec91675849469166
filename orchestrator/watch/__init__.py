"""Watch: a camera's video becomes detections, and its own events become reports.

In: frames from a stream, a detector, a model that tells people apart; what a camera tells of itself.
Out: detections with the aim of the camera at their exposure, how the video stands, reports.
Law: what may not be seen is blanked before anything looks; the newest picture wins, and a stream that
fails is opened again; neither stops the rest.
"""

from orchestrator.watch.describing import Describing, Means
from orchestrator.watch.listening import listened
from orchestrator.watch.streams import WATCH_FPS
from orchestrator.watch.tally import AGES_S, Looked, Tally
from orchestrator.watch.veiling import FixedPose
from orchestrator.watch.watching import watched

__all__ = [
    "AGES_S",
    "WATCH_FPS",
    "Describing",
    "FixedPose",
    "Looked",
    "Means",
    "Tally",
    "listened",
    "watched",
]
