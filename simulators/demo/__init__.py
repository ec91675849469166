"""The demo: one command that runs the product on the simulated depot, shows it, and scores it.

In: a site's folder, a seed, a folder to write to.
Out: live progress, ``summary.json``, ``plan.png``, ``explain.md``, and an exit status.
Law: the product runs as its own processes, through its own command line, and every process
that was started here has ended when the demo ends.
"""

from simulators.demo.command import main

__all__ = ["main"]
