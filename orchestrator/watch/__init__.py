"""Watch: a camera's video becomes detections.

In: frames from a stream, a detector.
Out: detections with the aim of the camera at their exposure, and how the video stands.
Law: the newest picture wins, and a stream that fails is opened again; neither stops the rest.
"""

from orchestrator.watch.watching import watched

__all__ = ["watched"]
