"""A privacy rule that cannot be read keeps the service from starting; a policy only itself."""

import asyncio
import sys
from pathlib import Path

from tests.fakes.written_site import GOOD

PRIVATE = """\
privacy: yard-is-private
version: 1
because: Works agreement.
zones: [yrad]
never: [look]
"""
POLICY = """\
policy: night
version: 1
because: Nobody works at night.
band: alarm
on: {enters: yrad, who: person}
do:
  - look: {at: target, with: best, for: 45s}
"""


async def started(folder: Path, rule: str) -> tuple[int | None, str]:
    """Run the service on a site with one rule; return how it exited and what it said."""
    site = folder / "config" / "depot"
    site.mkdir(parents=True)
    (site / "site.yaml").write_text(GOOD, "utf-8")
    (folder / "policies" / "rule").mkdir(parents=True)
    (folder / "policies" / "rule" / "policy.yaml").write_text(rule, "utf-8")
    (site / "secrets").mkdir()
    (site / "secrets" / "service").touch(mode=0o600)
    (site / "secrets" / "service").write_text("service\ncanary of service\n", "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "orchestrator", "run", str(site)),
        *("--state", str(folder / "state"), "--for", "1"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_a_typo_in_a_privacy_rule_keeps_the_service_from_starting(tmp_path: Path) -> None:
    status, said = await started(tmp_path, PRIVATE)

    assert status == 1
    assert "policies/rule/policy.yaml:4:9: unknown zone `yrad`" in said
    assert "nothing runs without it" in said
    assert not (tmp_path / "state").exists()


async def test_the_same_typo_in_a_policy_leaves_it_out_aloud(tmp_path: Path) -> None:
    status, said = await started(tmp_path, POLICY)

    assert status == 0, said
    assert "policies/rule/policy.yaml:5:14: unknown zone `yrad`" in said
    assert "policy left out" in said
