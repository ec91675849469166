"""Video: RTSP streams in, pictures at detector size out; decoding happens in child processes.

In: a stream's address and login.
Out: the newest frames with the time of their exposure.
Law: no byte of a camera's video is parsed in this process.
"""

from orchestrator.adapters.video.rtsp import RtspFrames

__all__ = ["RtspFrames"]
