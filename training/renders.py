"""The data: renders of the simulator with its ground truth, kept in a folder of plain arrays.

A set is one file of pixels, read through the page cache as training goes round, and one of
truth. Sets with different seeds share no scene.
"""

import argparse
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulators.scene import Scene

SIZE_PX = (640, 360)
HARDLY = 0.03
"""What shows less of itself than this is not in a picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A render: (h, w, 3) uint8 BGR, boxes (n, 4) x1 y1 x2 y2, class codes, visible shares."""

    pixels: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    kinds: NDArray[np.int8]
    visible: NDArray[np.float32]


def pictures(seed: int) -> Iterator[Picture]:
    """Return renders of random depots for a seed, without end."""
    # a set that is already rendered needs no simulator
    from simulators.training_scenes import random_scenes  # noqa: PLC0415

    for scene in random_scenes(seed):
        yield _picture(scene)


def site_pictures(facility_file: Path, seed: int) -> Iterator[Picture]:
    """Return what a simulated site's cameras see, every 1.5 s, heads going from preset to preset."""
    from simulators.facility import Facility  # noqa: PLC0415
    from simulators.facility_plan import load  # noqa: PLC0415

    facility, rng = Facility(load(facility_file)), np.random.default_rng(seed)
    facility.reset(seed)
    while True:
        for _ in range(75):
            facility.step(0.02)
        for camera, spec in facility.cameras.items():
            if spec.ptz is not None and rng.random() < 0.15:
                facility.goto_preset(camera, str(rng.choice(list(facility.presets(camera)))))
            yield _picture(facility.scene(camera))


def _picture(scene: "Scene") -> Picture:
    from simulators.render import shoot  # noqa: PLC0415

    shot = shoot(scene)
    seen = [(0, person) for person in shot.truth.people]
    seen += [(1, vehicle) for vehicle in shot.truth.vehicles]
    seen = [(kind, thing) for kind, thing in seen if thing.visible >= HARDLY]
    return Picture(
        shot.picture,
        np.array([thing.box_px for _, thing in seen], np.float32).reshape(-1, 4),
        np.array([kind for kind, _ in seen], np.int8),
        np.array([thing.visible for _, thing in seen], np.float32),
    )


class RenderSet:
    """A set that was written before; pictures are read when they are asked for."""

    def __init__(
        self, pixels: NDArray[np.uint8], truth: NDArray[np.float32], first: NDArray[np.int64]
    ) -> None:
        """Keep all pixels (count, h, w, 3), all things (m, 6) and where each picture's begin."""
        self._pixels, self._truth, self._first = pixels, truth, first

    @classmethod
    def opened(cls, folder: Path) -> "RenderSet":
        """Return the set in a folder."""
        truth = np.load(folder / "truth.npz")
        return cls(np.load(folder / "pixels.npy", mmap_mode="r"), truth["things"], truth["first"])

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self._first) - 1

    def __getitem__(self, index: int) -> Picture:
        """Return one picture."""
        things = self._truth[self._first[index] : self._first[index + 1]]
        return Picture(
            self._pixels[index], things[:, :4], things[:, 4].astype(np.int8), things[:, 5]
        )


def save(folder: Path, pictures: Sequence[Picture]) -> None:
    """Write a set that is small enough to be held in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "pixels.npy", np.array([picture.pixels for picture in pictures]))
    _save_truth(folder, [_rows(picture) for picture in pictures])


def _save_truth(folder: Path, pieces: Sequence[NDArray[np.float32]]) -> None:
    first = np.cumsum([0, *(len(rows) for rows in pieces)], dtype=np.int64)
    np.savez(folder / "truth.npz", things=np.concatenate(pieces), first=first)


def _rows(picture: Picture) -> NDArray[np.float32]:
    """Return what a picture shows as rows of box, class and visible share."""
    return np.column_stack((picture.boxes, picture.kinds, picture.visible)).astype(np.float32)


def _rendered(job: tuple[Path, int, int, int]) -> list[NDArray[np.float32]]:
    """Write ``count`` pictures of ``seed`` from row ``start`` on, and return their things."""
    path, start, count, seed = job
    pixels = np.load(path, mmap_mode="r+")
    rows = []
    for i, picture in zip(range(count), pictures(seed), strict=False):
        pixels[start + i] = picture.pixels
        rows.append(_rows(picture))
    return rows


def write(folder: Path, *, seed: int, count: int, workers: int, each: int = 50) -> None:
    """Render ``count`` pictures into ``folder``, in pieces of ``each`` with a seed of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pixels.npy"
    shape = (count, SIZE_PX[1], SIZE_PX[0], 3)
    np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape).flush()
    jobs = [
        (path, start, min(each, count - start), seed * 100_000 + start // each)
        for start in range(0, count, each)
    ]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        pieces = []
        for piece in pool.imap(_rendered, jobs):
            pieces += piece
            print(f"{len(pieces)} of {count}", flush=True)
    _save_truth(folder, pieces)


def main() -> None:
    """Render a set."""
    parser = argparse.ArgumentParser(description="Render a set of pictures with ground truth.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--site", type=Path, help="the cameras of this facility.yaml instead")
    given = parser.parse_args()
    if given.site is not None:
        save(given.folder, list(islice(site_pictures(given.site, given.seed), given.count)))
        return
    write(given.folder, seed=given.seed, count=given.count, workers=given.workers)


if __name__ == "__main__":
    main()
