"""Lists of addresses that people bring from elsewhere."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.config import Listed, listed_addresses
from orchestrator.errors import AuthorError, Finding


def test_a_spreadsheet_is_read_whatever_parts_its_columns() -> None:
    text = "Name;Building;IP;Port\ngate;A;192.0.2.11;8080\n;B;;\ndock;B;[2001:db8::7];\n"

    assert listed_addresses(text, "cameras.csv") == (
        Listed("192.0.2.11", 8080, "gate"),
        Listed("2001:db8::7", None, "dock"),
    )


def test_yaml_may_be_bare_addresses_or_maps() -> None:
    text = "- 192.0.2.11\n- {at: 192.0.2.12:8000, name: dock}\n- camera.example\n"

    assert listed_addresses(text, "cameras.yaml") == (
        Listed("192.0.2.11"),
        Listed("192.0.2.12", 8000, "dock"),
        Listed("camera.example"),
    )


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("a.csv", "name,place\ngate,yard\n", "a.csv:1:1: the heading needs a column at"),
        ("a.csv", "at\n192.0.2.300:x\n192.0.2.1\n", "a.csv:2:1: `192.0.2.300:x` is not a host"),
        ("a.csv", "at,port\n192.0.2.1,99999\n", "a.csv:2:1: `192.0.2.1:99999`"),
        ("a.csv", 'at\n"192.0.2.1\n', "not valid CSV"),
        ("a.csv", "", "a.csv:1:1:"),
        ("a.csv", "at\n", "a.csv:1:1: no address is listed"),
        ("a.yaml", "at: 192.0.2.1\n", "a.yaml:1:1: must be a list of addresses"),
        ("a.yaml", "- {name: gate}\n", "a.yaml:1:3: an address needs `at`"),
        ("a.yaml", "- {at: 192.0.2.1, password: x}\n", "a.yaml:1:19:"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(path: str, text: str, said: str) -> None:
    with pytest.raises(AuthorError) as wrong:
        listed_addresses(text, path)

    assert said in str(wrong.value)


def test_what_else_a_line_holds_is_not_shown() -> None:
    with pytest.raises(AuthorError) as wrong:
        listed_addresses("at,password\nno host,hunter2\n", "a.csv")

    assert "hunter2" not in str(wrong.value)


def findings_of(text: str, path: str) -> Sequence[Finding]:
    try:
        listed_addresses(text, path)
    except AuthorError as wrong:
        return wrong.findings
    return ()


@given(st.text(max_size=200), st.sampled_from(["a.csv", "a.yaml"]))
def test_any_text_is_read_or_refused_with_a_place(text: str, path: str) -> None:
    assert all(finding.path == path for finding in findings_of(text, path))
