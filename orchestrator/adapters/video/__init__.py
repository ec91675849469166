"""Video: RTSP streams in, pictures at detector size out; decoding happens in child processes.

In: a stream's address and login.
Out: the newest frames with the time of their exposure.
Law: no byte of a camera's video is parsed in this process, and none in a process that is not
walled in as far as the kernel allows. (``film`` reads films that people name, to try models.)
"""

from orchestrator.adapters.video.address import Way
from orchestrator.adapters.video.rtsp import RtspFrames
from orchestrator.adapters.video.sandbox import missing, offered

__all__ = ["RtspFrames", "Way", "missing", "offered"]
