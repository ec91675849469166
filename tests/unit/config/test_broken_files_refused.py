"""A sample of the broken files: each is refused, and every finding says where."""

from pathlib import Path

import pytest

from orchestrator.config import read_site
from tests.benchmarks.broken_children import PLACED, verdict
from tests.fakes.broken_files import GOOD, POLICY, RULE, TOUR, BrokenFile, corpus, spoiled_site

SAMPLE = corpus()[3::17]
"""Every seventeenth; `make bench-policies` reads them all, each in a process of its own."""


@pytest.mark.parametrize("file", SAMPLE, ids=lambda file: file.name)
def test_a_broken_file_is_refused_at_a_place(file: BrokenFile, tmp_path: Path) -> None:
    site = spoiled_site(tmp_path)
    (tmp_path / file.where).write_bytes(file.raw)

    assert verdict(file, site) == PLACED


@pytest.mark.parametrize("text", [GOOD, TOUR, RULE])
def test_what_the_broken_files_are_made_of_is_good(text: str, tmp_path: Path) -> None:
    site = spoiled_site(tmp_path)
    (tmp_path / POLICY).write_text(text, encoding="utf-8")

    assert "spoiled" in {rule.name for rule in read_site(site).policies.rules}
