"""Train the default detector on a set of renders, for a time or for a number of steps."""

import argparse
import math
import time
from pathlib import Path

import torch
from torch import nn

from training.batches import batches
from training.losses import focal, reach
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


def rate(step: int, steps: int, top: float) -> float:
    """Return the learning rate: a short warm-up, then down along a cosine."""
    if step < 50:
        return top * (step + 1) / 50
    return top * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))


def trained(
    renders: RenderSet, *, seed: int, steps: int, start: Path | None, top_rate: float
) -> dict[str, torch.Tensor]:
    """Return the averaged weights after ``steps`` batches."""
    torch.manual_seed(seed)
    network = DepotDetector().to(memory_format=torch.channels_last)
    if start is not None:
        network.load_state_dict(torch.load(start, weights_only=True))
    averaged = Averaged(network, 0.998)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.02)
    began, shown = time.monotonic(), [0.0, 0.0]
    for step, (pixels, targets) in enumerate(batches(renders, seed=seed, count=steps)):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, steps, top_rate)
        with torch.autocast("cpu", torch.bfloat16):
            logits, distances = network(
                pixels.float().div_(255).contiguous(memory_format=torch.channels_last)
            )
        what, where = focal(logits.float(), targets), reach(distances.float(), targets)
        optimiser.zero_grad(set_to_none=True)
        (what + 2 * where).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        optimiser.step()
        averaged.update(network, step)
        shown = [
            0.98 * a + 0.02 * float(b.detach()) for a, b in zip(shown, (what, where), strict=True)
        ]
        if step % 50 == 49:
            spent = time.monotonic() - began
            print(
                f"step {step + 1} of {steps}, {spent:.0f} s, focal {shown[0]:.3f}, giou {shown[1]:.3f}",
                flush=True,
            )
    return averaged.state


def main() -> None:
    """Train and keep the weights."""
    parser = argparse.ArgumentParser(description="Train the default detector.")
    parser.add_argument("renders", type=Path)
    parser.add_argument("weights", type=Path, help="where to write the weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    state = trained(
        RenderSet.opened(given.renders),
        seed=given.seed,
        steps=given.steps,
        start=given.start,
        top_rate=given.rate,
    )
    torch.save(state, given.weights)


if __name__ == "__main__":
    main()
