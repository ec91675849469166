"""The figures of hand-over: their names, what must be reached, and the best that others reach."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

AT_MOST = ("wrong", "error", "drop", "seconds", "cores")


@dataclass(frozen=True)
class Figure:
    """One figure: its unit, the best baseline measured, and the bound it must keep."""

    name: str
    must: float | None = None
    baseline: float | None = None
    unit: str = "share"

    @property
    def at_most(self) -> bool:
        """Return whether less is better."""
        return any(word in self.name for word in AT_MOST)

    def kept(self, value: float | None) -> bool:
        """Return whether a value keeps the bound; what was not measured does not."""
        if value is None or math.isnan(value):
            return False
        if self.must is None:
            return True
        return value <= self.must if self.at_most else value >= self.must


FIGURES = (
    Figure("wildtrack_clean_idf1", 0.97, 0.94),
    Figure("wildtrack_clean_overlap_success"),
    Figure("wildtrack_clean_overlap_wrong"),
    Figure("wildtrack_noisy_idf1", 0.88, 0.81),
    Figure("wildtrack_noisy_overlap_success", 0.93, 0.85),
    Figure("wildtrack_noisy_overlap_wrong", 0.04, 0.04),
    Figure("pets2009_clean_idf1"),
    Figure("pets2009_clean_overlap_success"),
    Figure("pets2009_clean_overlap_wrong"),
    Figure("pets2009_noisy_idf1", 0.78, 0.72),
    Figure("pets2009_noisy_overlap_success", 0.86, 0.76),
    Figure("pets2009_noisy_overlap_wrong", 0.05, 0.04),
    Figure("gc_virtual_clean_idf1"),
    Figure("gc_virtual_clean_overlap_success"),
    Figure("gc_virtual_clean_overlap_wrong"),
    Figure("gc_virtual_noisy_idf1", 0.78, 0.72),
    Figure("gc_virtual_noisy_overlap_success", 0.85, 0.71),
    Figure("gc_virtual_noisy_overlap_wrong", 0.10, 0.25),
    Figure("nlpr_clean_idf1"),
    Figure("nlpr_clean_mcta", 0.90, 0.85),
    Figure("nlpr_clean_blind_wrong", 0.02, 0.0),
    Figure("campus_clean_idf1"),
    Figure("campus_clean_overlap_success", 0.80),
    Figure("campus_clean_overlap_wrong", 0.10),
    Figure("campus_overlap_edges_precision", 0.95),
    Figure("campus_overlap_edges_recall", 0.95),
    Figure("campus_blind_links_precision", 0.90, 0.80),
    Figure("campus_blind_links_recall", 0.80, 0.80),
    Figure("campus_blind_links_median_error_s", 2.0, 3.5, "s"),
    Figure("gc_virtual_overlap_edges_precision", 0.95),
    Figure("gc_virtual_overlap_edges_recall", 0.95),
    Figure("gc_virtual_blind_links_precision", 0.80, 0.30),
    Figure("gc_virtual_blind_links_recall", 0.60, 0.18),
    Figure("gc_virtual_blind_links_median_error_s", 2.0, 8.5, "s"),
    Figure("nlpr_blind_links_precision", None, 1.0),
    Figure("nlpr_blind_links_recall", None, 1.0),
    Figure("nlpr_blind_links_median_error_s", None, 2.6, "s"),
    Figure("invariance_worst_idf1_drop", 0.05),
    Figure("ptz_ground_error_p90_m", 0.7, None, "m"),
    Figure("ptz_idf1_drop", 0.05),
    Figure("one_of_n_reported_share_min", 0.95, 0.0),
    Figure("seconds_per_100s_7_cameras", 1.5, 0.7, "s"),
    Figure("cores_50x20_10hz", 0.5, None, "cores"),
    Figure("simulated_noisy_idf1", None, None),
)


def measures(values: Mapping[str, float | None]) -> list[dict[str, object]]:
    """Return every figure with what was measured; null where nothing was."""
    return [
        {
            "name": figure.name,
            "value": _rounded(values.get(figure.name)),
            "unit": figure.unit,
            "baseline": figure.baseline,
            "must": figure.must,
            "ok": figure.kept(values.get(figure.name)),
        }
        for figure in FIGURES
    ]


def page(values: Mapping[str, float | None], how: str) -> str:
    """Return the figures as a page, ours beside the baselines."""
    lines = [
        "# Hand-over in figures",
        "",
        "Written by `make bench-handoff`; do not edit. " + how,
        "A dash is what nobody measured, or what is not built yet. Of wrong hand-offs, errors, drops,",
        "seconds and cores less is better. Names are `SET_CONDITION_METRIC`.",
        "",
        "| figure | ours | best baseline | must | kept |",
        "|---|---|---|---|---|",
    ]
    for figure in FIGURES:
        value = values.get(figure.name)
        sign = "" if figure.must is None else ("<= " if figure.at_most else ">= ")
        kept = "" if figure.must is None else ("yes" if figure.kept(value) else "**no**")
        lines.append(
            f"| `{figure.name}` | {_cell(value)} | {_cell(figure.baseline)} |"
            f" {sign}{_cell(figure.must)} | {kept} |"
        )
    return "\n".join(lines) + "\n"


def _rounded(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 4)


def _cell(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.3g}"
