"""A stream as a plain PyAV loop reads it: open, decode, scale the planes, colour the small picture.

The cheapest way to detector-sized pictures that we know of short of our own decoder, in a process
of its own: ``python -m tests.benchmarks.baselines.pyav_loop URI WIDTH HEIGHT SECONDS``, the login in
the URI. From the first picture on it counts; the last line is JSON.
"""

import json
import sys
import time

import av
import cv2
import numpy as np
from numpy.typing import NDArray


def main() -> None:
    """Read for so long and print how many pictures came, and the processor time they took."""
    uri, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    seconds = float(sys.argv[4])
    cv2.setNumThreads(0)
    with av.open(uri, options={"rtsp_transport": "tcp"}, timeout=10.0) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        pictures, began_s, spent_s = -1, 0.0, 0.0
        for frame in container.decode(stream):
            scaled(frame, width, height)
            pictures += 1
            if pictures == 0:
                began_s, spent_s = time.perf_counter(), time.process_time()
            elif time.perf_counter() - began_s >= seconds:
                break
        used_s = time.process_time() - spent_s
    sys.stdout.write(json.dumps({"pictures": pictures, "cpu_s": used_s}) + "\n")


def scaled(frame: av.VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
    """Return the picture at that size, BGR."""
    sizes = ((width, height), (width // 2, height // 2), (width // 2, height // 2))
    parts = []
    for plane, size in zip(frame.planes, sizes, strict=True):
        lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        shown = lines[: plane.height, : plane.width]
        parts.append(np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_LINEAR)).ravel())
    whole = np.concatenate(parts).reshape(height * 3 // 2, width)
    return np.asarray(cv2.cvtColor(whole, cv2.COLOR_YUV2BGR_I420))


if __name__ == "__main__":
    main()
