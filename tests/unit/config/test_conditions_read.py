"""`when` expressions: CEL's precedence, every name and type checked before anything runs."""

import pytest

from orchestrator.config.condition import ENTERS, Misread, conjuncts_of
from orchestrator.decide.judge import holds, judged
from orchestrator.domain.condition import Sort, Value

WORDS = {**ENTERS, "site.maintenance": Sort.TRUTH}
FACTS: dict[str, Value] = {
    "target.id": "T17",
    "target.kind": "person",
    "target.confidence": 0.83,
    "target.speed_mps": 1.4,
    "target.age_s": 3.0,
    "target.zones": ("yard",),
    "target.cameras": ("gate-fixed",),
    "zone.name": "yard",
    "zone.since_s": 2.0,
    "site.maintenance": False,
}


def truth(text: str) -> bool:
    return holds(conjuncts_of(text, WORDS), FACTS)


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("target.confidence >= 0.7 && !site.maintenance", True),
        ("target.confidence >= 0.7 && site.maintenance", False),
        ("site.maintenance || target.speed_mps > 1", True),
        ("true || false && false", True),
        ("(true || false) && false", False),
        ("!(site.maintenance || true)", False),
        ("!site.maintenance == true", True),
        ("!site.maintenance == false", False),
        ("zone.name in ['yard', 'gate']", True),
        ('"dock" in target.zones', False),
        ("target.kind != 'vehicle' && zone.since_s < 5", True),
        ("target.age_s > -1", True),
        ("1 in [1, 2, 3]", True),
    ],
)
def test_conditions_mean_what_they_mean_in_cel(text: str, true: bool) -> None:
    assert truth(text) is true


@pytest.mark.parametrize(
    ("text", "message", "start", "hint"),
    [
        ("target.confidance > 1", "unknown name `target.confidance`", 0, "`target.confidence`"),
        ("target.confidence", "expected a truth, found a number", 0, ""),
        ("target.confidence > 'high'", "expected a number, found a text", 20, ""),
        ("target.kind > 'a'", "expected a number, found a text", 0, ""),
        ("1 < 2 < 3", "comparisons do not chain", 6, "`&&`"),
        ("target.kind ==", "expected a value, found the end", 14, ""),
        ("true &&", "expected a value, found the end", 7, ""),
        ("true & false", "`&` is not part of a condition", 5, ""),
        ("target.kind in 'person'", "expected a list, found a text", 15, ""),
        ("['a', 1] == 1", "a list holds numbers or texts, all of one type", 6, ""),
        ("(true", "expected `)`, found the end", 5, ""),
        ("true true", "expected `&&`, `||` or the end, found `true`", 5, ""),
        ("target.confidence > 1e5", "`1` is not part of a condition", 20, ""),
        ("zone.name == 'ya\nrd'", "`'` is not part of a condition", 13, ""),
        ("target.age_s < 9007199254740993", "`9007199254740993` is larger than", 15, "at most"),
        ("has(target.kind)", "unknown name `has`", 0, ""),
        ("target.zones == target.zones", "lists are only used with `in`", 0, ""),
    ],
)
def test_a_wrong_condition_is_told_at_its_place(
    text: str, message: str, start: int, hint: str
) -> None:
    with pytest.raises(Misread) as caught:
        conjuncts_of(text, WORDS)

    assert caught.value.message.startswith(message)
    assert caught.value.start == start
    assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["!" * 900 + "true", "(" * 500 + "true" + ")" * 500, "x" * 2000])
def test_a_condition_that_is_too_deep_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(Misread):
        conjuncts_of(text, WORDS)


def test_each_clause_is_explained_by_itself() -> None:
    clauses = judged(
        conjuncts_of(
            "target.confidence >= 0.9 && (zone.name == 'yard' || site.maintenance)", WORDS
        ),
        FACTS,
    )

    assert [(clause.text, clause.found, clause.held) for clause in clauses] == [
        ("target.confidence >= 0.9", "confidence = 0.83", False),
        ("(zone.name == 'yard' || site.maintenance)", "name = yard, maintenance = false", True),
    ]


def test_brackets_around_everything_make_one_clause() -> None:
    [clause] = conjuncts_of("(true && true)", WORDS)

    assert clause.text == "(true && true)"
