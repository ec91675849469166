"""`explain` finds the decision that was meant, or says which moment it understood."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from orchestrator.adapters.store import opened
from orchestrator.cli.explaining import show_explanations
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Explanation
from tests.fakes.written_site import GOOD

EVENING = "2020-03-09T23:13:07.412+01:00"
NIGHT = "2020-03-10T02:13:07.412+01:00"


@pytest.fixture
async def depot(tmp_path: Path) -> Path:
    """Return the folder of a site whose gate was decided about twice."""
    text = GOOD.replace("policies: ../../policies\n", "")
    (tmp_path / "site.yaml").write_text(text, "utf-8")
    store = await opened(tmp_path / "state.db")
    await store.explain([_kept(EVENING), _kept(NIGHT)])
    await store.aclose()
    return tmp_path


def _kept(at: str) -> Explanation:
    return Explanation(at, CameraId("yard-ptz"), {"camera": "yard-ptz", "at": at, "won": None})


async def explained(depot: Path, at: str | None, *, last: int = 1) -> bool:
    return await show_explanations(depot, "yard-ptz", at=at, last=last, state=depot, as_json=False)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (None, ["02:13:07.412"]),
        ("2020-03-10T02:13:07", ["02:13:07.412"]),
        ("2020-03-10T02:13:06", ["23:13:07.412"]),
        ("2020-03-10T02:13:07.411", ["23:13:07.412"]),
        ("2020-03-10T01:13:07Z", ["02:13:07.412"]),
        ("12:00", ["02:13:07.412"]),
    ],
)
async def test_the_newest_decision_until_then_is_shown(
    at: str | None, shown: Sequence[str], depot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await explained(depot, at)

    out = capsys.readouterr().out
    assert [line.split()[-1] for line in out.splitlines() if "released" in line] == shown


async def test_several_are_shown_in_the_order_they_were_made(
    depot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await explained(depot, None, last=2)

    out = capsys.readouterr().out
    assert out.index("23:13:07.412") < out.index("02:13:07.412")


async def test_where_there_is_none_the_moment_that_was_understood_is_told(
    depot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not await explained(depot, "2020-03-09T12:00Z")

    assert capsys.readouterr().out == (
        "yard-ptz: no decision is on record until 2020-03-09 13:00:00, Europe/Berlin time\n"
    )


async def test_what_policies_in_shadow_would_have_done_since_then_is_shown_beside_the_decision(
    depot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = await opened(depot / "state.db")
    shadow = {"policy": "trial", "say": "would have turned yard-ptz to `gate`"}
    later = [f"2020-03-10T02:14:{second:02}.000+01:00" for second in range(30)]
    await store.explain(
        [
            Explanation(
                at, CameraId("yard-ptz"), {"camera": "yard-ptz", "at": at, "shadow": shadow}
            )
            for at in later
        ]
    )
    await store.aclose()

    assert await explained(depot, None)

    out = capsys.readouterr().out
    assert out.index("released 02:13:07.412") < out.index("in shadow 02:14:00.000")
    assert out.count("would have turned yard-ptz to `gate`") == 30
    assert "23:13:07.412" not in out
