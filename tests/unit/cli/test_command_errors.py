"""Whatever is wrong with the words of a command, its writer reads one sentence, no traceback."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from orchestrator.cli import main
from tests.fakes.written_site import GOOD

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def orchestrator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    """Yield a call that runs a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    before = structlog.get_config()

    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["orchestrator", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        status = ended.value.code
        assert isinstance(status, int)
        return status, *capsys.readouterr()

    yield run
    structlog.configure(**before)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return the folder of a site without policies."""
    folder = tmp_path / "depot"
    folder.mkdir()
    text = GOOD.replace("policies: ../../policies\n", "")
    (folder / "site.yaml").write_text(text, "utf-8")
    return folder


COMMANDS = (
    "run {}",
    "broker {}",
    "approve {} --listed",
    "approve {} gate-fixed",
    "explain {} gate-fixed",
    "explain {} gate-fixed --at 02:13:07",
    "topology show {}",
    "topology show {} --offline",
    "topology export {}",
    "policy check {}",
)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_without_a_site_is_one_line(command: str, orchestrator: Run) -> None:
    Path("empty").mkdir()

    status, out, err = orchestrator(*command.format("empty").split())

    assert (status, out) == (1, "")
    assert err == "empty/site.yaml:1:1: cannot be read: no such file or directory\n"
    assert not Path("var").exists(), "a mistake leaves nothing behind"


@pytest.mark.parametrize("command", [*COMMANDS, "simulate {}"])
def test_a_folder_that_is_not_there_is_wrong_usage(command: str, orchestrator: Run) -> None:
    status, out, err = orchestrator(*command.format("nowhere").split())

    assert (status, out) == (2, "")
    assert "'nowhere' does not exist" in err


@pytest.mark.parametrize(
    "command", ["explain {} gate-fxed", "approve {} gate-fxed", "approve {} yard-ptz gate-fxed"]
)
def test_an_unknown_camera_is_told_with_the_one_that_was_meant(
    command: str, orchestrator: Run, site: Path
) -> None:
    status, out, err = orchestrator(*command.format(site.name).split())

    assert (status, out) == (2, "")
    assert "unknown camera `gate-fxed` of depot/site.yaml" in err
    assert "did you mean `gate-fixed`? (cameras: gate-fixed, yard-ptz)" in err
    assert not Path("var").exists(), "nothing was approved, nothing was kept"


@pytest.mark.parametrize("command", ["run {} --at nonsense", "explain {} gate-fixed --at nonsense"])
def test_a_moment_that_is_none_is_told_with_what_is_accepted(
    command: str, orchestrator: Run, site: Path
) -> None:
    status, out, err = orchestrator(*command.format(site.name).split())

    assert (status, out) == (2, "")
    assert "Invalid value for --at: `nonsense` is no moment; write " in err
    assert "ISO 8601" in err


@pytest.mark.parametrize("names", [[], ["gate-fixed", "--listed"]])
def test_cameras_are_approved_by_name_or_all_of_them(
    names: list[str], orchestrator: Run, site: Path
) -> None:
    status, _, err = orchestrator("approve", site.name, *names)

    assert status == 2
    assert "either name the cameras to approve, or say --listed" in err


@pytest.mark.slow
def test_a_picture_that_cannot_be_written_is_told(orchestrator: Run, site: Path) -> None:
    status, out, err = orchestrator(
        "topology", "show", site.name, "--offline", "--png", "nowhere/map.png"
    )

    assert (status, out) == (2, "")
    assert "`nowhere/map.png` cannot be written: no such file or directory" in err


def test_an_interface_that_is_not_there_is_told(orchestrator: Run) -> None:
    status, out, err = orchestrator("discover", "--interface", "192.0.2.77", "--seconds", "0.1")

    assert (status, out) == (1, "")
    assert "192.0.2.77" in err


def test_a_secret_that_is_missing_stops_a_broker_with_its_place(
    orchestrator: Run, site: Path
) -> None:
    status, out, err = orchestrator("broker", site.name)

    assert (status, out) == (1, "")
    assert "depot/secrets/service:1:1: this secret does not exist" in err
