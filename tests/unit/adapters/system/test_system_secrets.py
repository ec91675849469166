"""Secrets in files: two lines, for their owner's eyes only, and never in an error."""

from pathlib import Path

import pytest

from orchestrator.adapters.system import FileSecrets
from orchestrator.errors import AuthorError


def kept(folder: Path, text: str, mode: int = 0o600, name: str = "gate") -> FileSecrets:
    path = folder / name
    path.write_text(text)
    path.chmod(mode)
    return FileSecrets(folder)


@pytest.mark.parametrize(
    "text", ["admin\npass word\n", "admin\npass word", "admin\r\npass word\r\n"]
)
def test_a_secret_is_a_user_name_and_a_password(tmp_path: Path, text: str) -> None:
    credentials = kept(tmp_path, text).credentials("gate")

    assert credentials.username == "admin"
    assert credentials.password.reveal() == "pass word"
    assert "pass word" not in repr(credentials)


def test_a_missing_secret_says_which_file_to_create(tmp_path: Path) -> None:
    with pytest.raises(AuthorError) as error:
        FileSecrets(tmp_path).credentials("gate")

    assert str(tmp_path / "gate") in str(error.value)
    assert "create the file with two lines" in str(error.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_secret_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(AuthorError, match="chmod 600"):
        kept(tmp_path, "admin\npass\n", mode).credentials("gate")


@pytest.mark.parametrize("name", ["", "../gate", "a/b", "/etc/passwd", ".gate", "..", "a\0b"])
def test_a_name_does_not_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(AuthorError, match="cannot be the name of a secret"):
        kept(tmp_path, "admin\npass\n").credentials(name)


@pytest.mark.parametrize("text", ["", "admin\n", "admin\n\n", "\nhush\n", "admin\nhush\nmore\n"])
def test_a_malformed_secret_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(AuthorError) as error:
        kept(tmp_path, text).credentials("gate")

    assert "write two lines" in str(error.value)
    assert "hush" not in str(error.value)


def test_a_folder_or_bytes_in_its_place_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o700)
    with pytest.raises(AuthorError, match="cannot read this secret"):
        FileSecrets(tmp_path).credentials("folder")
    path = tmp_path / "bytes"
    path.write_bytes(b"\xff\xfe\n\xff\n")
    path.chmod(0o600)
    with pytest.raises(AuthorError, match="not UTF-8"):
        FileSecrets(tmp_path).credentials("bytes")
