"""Recordings are read strictly, tolerate a cut last line, and may grow new kinds."""

from pathlib import Path

import pytest

from simulators.score.evidence import read_evidence
from simulators.score.records import BadRecordError, Boxes, Failure, journal_records, truth_records


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_line_cut_by_the_end_of_the_writer_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "j.jsonl", '{"kind":"failure","at_s":1,"what":"x"}\n{"kind":"fail')

    assert list(journal_records(path)) == [Failure(at_s=1.0, what="x")]


def test_a_cut_line_in_the_middle_is_an_error_that_names_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "j.jsonl", '{"kind":"failure","at_s":1\n{"kind":"start","at_s":2}\n')

    with pytest.raises(BadRecordError, match=r"j\.jsonl:1: "):
        list(journal_records(path))


def test_a_known_kind_with_a_wrong_type_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, "t.jsonl", '{"kind":"motion","at_s":"soon","camera":"p"}\n')

    with pytest.raises(BadRecordError, match="at_s"):
        list(truth_records(path))


def test_kinds_and_fields_not_known_yet_are_skipped(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "j.jsonl",
        '{"kind":"weather","rain":true}\n{"kind":"failure","at_s":1,"what":"x","more":[1]}\n\n',
    )

    assert list(journal_records(path)) == [Failure(at_s=1.0, what="x")]


def test_boxes_are_rows_of_seven(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "j.jsonl",
        '{"kind":"boxes","at_s":1,"camera":"a","exposed_s":0.9,"size":[640,360],"aim":null,'
        '"boxes":[[1,2,3,4,0.5,"person","T1"],[1,2,3,4,0.5,"vehicle",null]]}\n',
    )

    [record] = journal_records(path)

    assert isinstance(record, Boxes)
    assert [(box.x2, box.kind, box.target) for box in record.boxes] == [
        (3.0, "person", "T1"),
        (3.0, "vehicle", None),
    ]


def test_recordings_that_were_never_written_count_as_empty(tmp_path: Path) -> None:
    evidence = read_evidence(tmp_path / "t", tmp_path / "j", tmp_path / "s")

    assert evidence.truth.cameras == ()
    assert evidence.journal.started_s is None
    assert evidence.session.commands == ()
