"""How others feed a detector, in loops of their own: what our pipeline is measured against.

``bare_queue`` is the limit: OpenVINO's own queue, given pictures that are ready. ``frigate_style``
and ``omz_style`` are the designs of Frigate (one synchronous request behind a lock, inputs copied,
boxes read row by row) and of Open Model Zoo's demos (asynchronous, the picture turned into planes
of floats in Python), rebuilt from their public sources. Both take pictures as decoders give them,
1280x720 BGR, since neither scales while decoding; the bare queue takes them at detector size.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import openvino as ov
from numpy.typing import NDArray

THREADS = 4
_ROWS = 20

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a loop reached: pictures a second, and processor time of all threads (ms a picture)."""

    fps: float
    cpu_ms: float


def timed(work: Callable[[], None], pictures: int) -> Cost:
    """Return what ``work`` cost, which handles so many pictures."""
    began_s, spent_s = time.perf_counter(), time.process_time()
    work()
    took_s, used_s = time.perf_counter() - began_s, time.process_time() - spent_s
    return Cost(pictures / took_s, used_s * 1000 / pictures)


def bare_queue(model: ov.CompiledModel, ready: Sequence[Pixels], pictures: int) -> Cost:
    """Keep OpenVINO's queue full of (h, w, 3) pictures at detector size."""
    queue = ov.AsyncInferQueue(model, model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") + 2)
    queue.set_callback(lambda _request, _picture: None)

    def work() -> None:
        for number in range(pictures):
            queue.start_async({0: ready[number % len(ready)][None]}, None, share_inputs=True)
        queue.wait_all()

    return timed(work, pictures)


def frigate_style(model: ov.CompiledModel, whole: Sequence[Pixels], pictures: int) -> Cost:
    """Have four threads scale pictures and wait for one request."""
    request, lock = model.create_infer_request(), threading.Lock()
    height, width = model.input(0).shape[1:3]
    tensor = np.zeros((1, height, width, 3), np.uint8)
    request.set_input_tensor(ov.Tensor(tensor, shared_memory=True))

    def camera(numbers: range) -> None:
        for number in numbers:
            scaled = cv2.resize(whole[number % len(whole)], (width, height))
            with lock:
                np.copyto(tensor, np.asarray(scaled)[None])
                request.infer()
                answer = request.get_output_tensor(0).data.reshape(-1, model.output(0).shape[-1])
                boxes = np.zeros((_ROWS, 6), np.float32)
                for row in range(min(_ROWS, len(answer))):
                    boxes[row] = [*answer[row][:6]]

    def work() -> None:
        each = pictures // THREADS
        threads = [
            threading.Thread(target=camera, args=(range(n * each, (n + 1) * each),))
            for n in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return timed(work, pictures)


def omz_style(model: ov.CompiledModel, whole: Sequence[Pixels], pictures: int) -> Cost:
    """Scale a picture, turn it into planes of floats, give it to the queue; ``model`` takes NCHW."""
    queue = ov.AsyncInferQueue(model, model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
    answers: list[NDArray[np.float32]] = []
    queue.set_callback(
        lambda request, _number: answers.append(np.array(request.get_output_tensor(0).data))
    )
    height, width = model.input(0).shape[2:4]

    def work() -> None:
        for number in range(pictures):
            scaled = np.asarray(cv2.resize(whole[number % len(whole)], (width, height)))
            planes = scaled.transpose(2, 0, 1)[None].astype(np.float32)
            queue.start_async({0: planes}, number)
        queue.wait_all()

    return timed(work, pictures)
