"""Train the default detector on a set of renders, for a time or for a number of steps."""

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from training.batches import batches
from training.losses import Targets, focal, reach
from training.network import DepotDetector
from training.renders import RenderSet


class Averaged:
    """A moving average of the weights: what is kept, as it wavers less than the weights do."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        """Start from the network as it is."""
        self.state = {name: value.clone() for name, value in network.state_dict().items()}
        self._decay = decay

    def update(self, network: nn.Module, step: int) -> None:
        """Move towards the network; faster at first."""
        keep = min(self._decay, (1 + step) / (10 + step))
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                self.state[name].lerp_(value, 1 - keep)
            else:
                self.state[name].copy_(value)


@dataclass(frozen=True, slots=True)
class Length:
    """How long to train: a number of steps, or minutes where the machine's speed is not known."""

    steps: int
    minutes: float | None

    def done(self, step: int, spent_s: float) -> float:
        """Return the share of the training that is done, 0..1."""
        share = step / self.steps if self.minutes is None else spent_s / 60 / self.minutes
        return min(1.0, share)


def rate(step: int, done: float, top: float) -> float:
    """Return the learning rate: a short warm-up, then down along a cosine."""
    if step < 50:
        return top * (step + 1) / 50
    return top * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))


def train(
    renders: RenderSet,
    weights: Path,
    *,
    seed: int,
    length: Length,
    start: Path | None,
    top_rate: float,
) -> None:
    """Train, and keep the averaged weights at ``weights``, also every hundred steps."""
    torch.manual_seed(seed)
    network = DepotDetector().to(memory_format=torch.channels_last)
    if start is not None:
        network.load_state_dict(torch.load(start, weights_only=True))
    averaged = Averaged(network, 0.998)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.02)
    began, losses = time.monotonic(), [0.0, 0.0]
    for step, (pixels, targets) in enumerate(batches(renders, seed=seed, count=length.steps)):
        done = length.done(step, time.monotonic() - began)
        if done >= 1.0:
            break
        for group in optimiser.param_groups:
            group["lr"] = rate(step, done, top_rate)
        what, where = _losses(network, pixels, targets)
        optimiser.zero_grad(set_to_none=True)
        (what + 4 * where).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        optimiser.step()
        averaged.update(network, step)
        losses = [
            0.95 * a + 0.05 * float(b.detach()) for a, b in zip(losses, (what, where), strict=True)
        ]
        if step % 100 == 99:
            torch.save(averaged.state, weights)
            spent = time.monotonic() - began
            print(
                f"step {step + 1}, {spent:.0f} s, focal {losses[0]:.3f}, giou {losses[1]:.3f}",
                flush=True,
            )
    torch.save(averaged.state, weights)
    print(f"{step} steps in {time.monotonic() - began:.0f} s")


def _losses(network: nn.Module, pixels: Tensor, targets: Targets) -> tuple[Tensor, Tensor]:
    """Return how wrong the network is about what is where, and about how far it reaches."""
    with torch.autocast("cpu", torch.bfloat16):
        scaled = pixels.float().div_(255).contiguous(memory_format=torch.channels_last)
        logits, distances = network(scaled)
    return focal(logits.float(), targets), reach(distances.float(), targets)


def main() -> None:
    """Train and keep the weights."""
    parser = argparse.ArgumentParser(description="Train the default detector.")
    parser.add_argument("renders", type=Path)
    parser.add_argument("weights", type=Path, help="where to write the weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=6000, help="at most so many batches")
    parser.add_argument("--minutes", type=float, help="end after so many minutes, however far")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--threads", type=int, default=1, help="more only pay on an idle machine")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    train(
        RenderSet.opened(given.renders),
        given.weights,
        seed=given.seed,
        length=Length(given.steps, given.minutes),
        start=given.start,
        top_rate=given.rate,
    )


if __name__ == "__main__":
    main()
