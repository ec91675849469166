"""Two pictures of one floor: learned from people who are in both, without any calibration.

Where two cameras see the same floor, there is a homography between their pictures under which
everybody stands where they stand. ``track.proposals`` tries maps, ``track.moments`` says how much
likelier than chance they make all that was seen; one that is likely enough is believed, and tells
who is the same person in both pictures.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.pictures import Array, Keys, Pair, Scene
from orchestrator.geometry.between import carried
from orchestrator.track.moments import (
    SIGMA,
    Moments,
    both_there,
    inverse,
    most_worth,
    score,
    verdict,
)
from orchestrator.track.proposals import FINALISTS, climbed, glance, proposed

MOVED = 0.35
"""Of a stature: who went that far since they were last counted is new evidence."""
MOMENTS_MOST = 128
PAIRS_LEAST = 3
"""Two straight walks fit some map whatever they are; a third contradicts a wrong one."""
SURE, LOOK_AGAIN = 20.0, 1.5
"""Log-likelihood over chance from which on a map is believed, and how much more for every e-fold of
looks: who looks often enough finds something in anything."""
EXPECTED = 10.0
"""From where on a map is believed of two cameras that a file says overlap."""
EXPLAINED = 0.45
DOUBTED = 10.0
"""A map that is believed is dropped again below this."""
NEWS_LEAST = 2.0
STANDING = 0.1
WORST = -3.0


def watched(pair: Pair, here: Scene, there: Scene) -> Pair:
    """Return what is known with one more moment; when there are many, every second one fades."""
    if not len(here) or not len(there):
        return pair
    scenes = (*pair.scenes, (here, there))
    if len(scenes) > MOMENTS_MOST:
        scenes = scenes[: MOMENTS_MOST // 2 : 2] + scenes[MOMENTS_MOST // 2 :]
    fresh = min(float(scene.whole().news.sum()) for scene in (here, there))
    return replace(pair, scenes=scenes, news=pair.news + fresh)


def due(pair: Pair) -> bool:
    """Return whether enough is new for another look: an eighth more than at the last."""
    more = max(NEWS_LEAST, pair.learned_news / 8.0)
    return len(pair.scenes) > PAIRS_LEAST and pair.news - pair.learned_news >= more


def evidence(pair: Pair, here: Keys, there: Keys) -> Array:
    """Return (n, m): how much likelier those here and there are one each than two, by the map."""
    found = np.zeros((len(here), len(there)))
    if pair.map is None or not pair.scenes or not found.size:
        return found
    moments = Moments.of(pair.scenes, pair.aspects)
    off, level = _loosely(pair, moments)
    news = np.maximum(moments.here_news[:, :, None], moments.there_news[:, None])
    gain = np.maximum(news, STANDING) * np.maximum(level - off / (2 * SIGMA**2), WORST)
    mine, theirs = _places(here, moments.here_keys), _places(there, moments.there_keys)
    both = (
        both_there(moments) & np.isfinite(level) & (mine >= 0)[:, :, None] & (theirs >= 0)[:, None]
    )
    rows, ones, others = np.nonzero(both)
    np.add.at(found, (mine[rows, ones], theirs[rows, others]), gain[both])
    return found


def _loosely(pair: Pair, moments: Moments) -> tuple[Array, Array]:
    """Return (s, n, m) squared distances and what a match is worth, those cut off included.

    Where somebody's feet are below one picture, the other's map says only where along its lower
    edge they are, and that is worth half.
    """
    one = np.zeros((1, 3, 3)) if pair.map is None else pair.map[None]
    ahead = carried(one, moments.here)[0][:, :, None] - moments.there[:, None]
    behind = carried(inverse(one), moments.there)[0][:, None] - moments.here[:, :, None]
    here_cut, there_cut = _cut(pair.scenes, 0), _cut(pair.scenes, 1)
    ahead[..., 1] = np.where(there_cut[:, None], np.minimum(ahead[..., 1], 0.0), ahead[..., 1])
    behind[..., 1] = np.where(here_cut[:, :, None], np.minimum(behind[..., 1], 0.0), behind[..., 1])
    far = (ahead**2).sum(-1) / moments.there_tall[:, None] ** 2
    back = (behind**2).sum(-1) / moments.here_tall[:, :, None] ** 2
    off = np.where(
        there_cut[:, None], far, np.where(here_cut[:, :, None], back, np.maximum(far, back))
    )
    level = np.where(here_cut[:, :, None] | there_cut[:, None], 0.5, 1.0) * most_worth(moments)
    both = here_cut[:, :, None] & there_cut[:, None]
    return np.where(np.isnan(off), np.inf, off), np.where(both, -np.inf, level)


def _cut(scenes: Sequence[tuple[Scene, Scene]], side: int) -> NDArray[np.bool_]:
    """Return (s, n) who is cut off, padded as ``Moments`` are."""
    some = [pair[side] for pair in scenes]
    cut = np.zeros((len(some), max(len(scene) for scene in some)), dtype=bool)
    for row, scene in enumerate(some):
        cut[row, : len(scene)] = scene.cut
    return cut


def _places(keys: Keys, among: Keys) -> NDArray[np.intp]:
    """Return where each of ``among`` is in ``keys``, -1 where it is not."""
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys, among, sorter=order), len(keys) - 1)
    return np.asarray(np.where(keys[order[at]] == among, order[at], -1), dtype=np.intp)


def learned(pair: Pair) -> Pair:
    """Return the pair with the best map that its moments support, sure or not."""
    scenes = [(here.whole(), there.whole()) for here, there in pair.scenes]
    scenes = [pair for pair in scenes if len(pair[0]) and len(pair[1])]
    if not scenes:
        return pair
    moments = Moments.of(scenes, pair.aspects)
    tried = proposed(moments, pair.looks)
    if pair.map is not None:
        tried = np.concatenate([pair.map[None], tried])
    tried = tried[np.isfinite(tried).all(axis=(1, 2))]
    if not len(tried):
        return replace(pair, learned_news=pair.news)
    best = tried[np.argsort(-score(tried, glance(moments, pair.looks)), kind="stable")[:FINALISTS]]
    if pair.map is not None:
        best = np.concatenate([pair.map[None], best])
    best = climbed(best, moments, pair.looks)
    judged = [verdict(one, moments) for one in best]
    chosen = int(np.argmax([one.value for one in judged]))
    last = judged[chosen]
    looks = pair.looks + 1
    start = EXPECTED if pair.expected else SURE
    least = DOUBTED if pair.sure else start + LOOK_AGAIN * float(np.log(looks))
    sure = last.value >= least and last.share >= EXPLAINED and len(last.matched) >= PAIRS_LEAST
    return replace(pair, map=best[chosen], sure=sure, looks=looks, learned_news=pair.news)
