"""Conditions as an author could write them: well-typed ones from a seed, and slips of the pen.

The vocabulary is small and has every type. Numbers are written in every shape the language knows,
literals are drawn near the facts so that comparisons come out both ways.
"""

from collections.abc import Iterator, Mapping
from random import Random

from orchestrator.domain.condition import Sort, Value

VOCABULARY: Mapping[str, Sort] = {
    "target.confidence": Sort.NUMBER,
    "target.speed_mps": Sort.NUMBER,
    "zone.count": Sort.NUMBER,
    "target.kind": Sort.TEXT,
    "zone.name": Sort.TEXT,
    "target.zones": Sort.LIST,
    "target.cameras": Sort.LIST,
    "site.maintenance": Sort.TRUTH,
    "site.storm": Sort.TRUTH,
}
NUMBERS = (
    "0",
    "0.0",
    "-0",
    "1",
    "1.0",
    "-1",
    "0.5",
    "0.50",
    "3",
    "25",
    "0.1",
    "0.3",
    "1.8",
    "007",
    "9007199254740991",
)
HUGE = ("9007199254740993", "99999999999999999999", "123456789012345678901.5")
"""Numbers that only a slip of the pen writes."""
TEXTS = ("person", "vehicle", "yard", "gate", "", "Tür 2", "a && b", "it is (not) [a] list", "ΑΒΓ")
_PATHS = {sort: tuple(name for name, kind in VOCABULARY.items() if kind is sort) for sort in Sort}


def facts_from(rng: Random) -> dict[str, Value]:
    """Return a value for every name."""
    return {name: _value(sort, rng) for name, sort in VOCABULARY.items()}


def nested(facts: Mapping[str, Value]) -> dict[str, dict[str, object]]:
    """Return facts as other engines take them: a map of maps, lists as lists."""
    found: dict[str, dict[str, object]] = {}
    for path, value in facts.items():
        room, _, name = path.partition(".")
        found.setdefault(room, {})[name] = list(value) if isinstance(value, tuple) else value
    return found


def written(rng: Random, depth: int = 3) -> str:
    """Return a condition without a mistake."""
    if depth == 0 or rng.random() < 0.35:
        return _simple(rng)
    parts = [written(rng, depth - 1) for _ in range(rng.randint(2, 3))]
    joint = rng.choice(("&&", "||"))
    # A bare `a && b || c` is wanted too: precedence is what readers get wrong.
    whole = f" {joint} ".join(parts)
    return rng.choice((whole, f"({whole})", f"!({whole})"))


def slipped(rng: Random) -> str:
    """Return a condition with a slip of the pen; now and then it is still a condition."""
    text = written(rng, 2)
    words = text.split(" ")
    at = rng.randrange(len(words))
    slip = rng.randrange(6)
    if slip == 0:
        del words[at]
    elif slip == 1:
        words.insert(at, rng.choice(("!", "&&", "||", "==", "in", "-", "(", ")", "[", "]", ",")))
    elif slip == 2:
        other = rng.randrange(len(words))
        words[at], words[other] = words[other], words[at]
    elif slip == 3:
        words[at] = rng.choice(
            (*NUMBERS, *VOCABULARY, "'yard'", '"gate"', "true", "null", "1e3", "0x1f", *HUGE)
        )
    else:
        mark = rng.choice("!-=<>&|()[]'\"\\., \n9x")
        spot = rng.randrange(len(text) + 1)
        return text[:spot] + mark + text[spot + (slip == 5) :]
    return " ".join(words)


def _simple(rng: Random) -> str:
    """Return a condition without a joint."""
    shape = rng.randrange(7)
    if shape == 0:
        return rng.choice(("", "!", "!!")) + rng.choice((*_PATHS[Sort.TRUTH], "true", "false"))
    if shape == 1:
        sort = rng.choice((Sort.NUMBER, Sort.TEXT))
        return f"{_operand(sort, rng)} in {_some(sort, rng)}"
    if shape == 2:
        sort = rng.choice((Sort.TEXT, Sort.TRUTH))
        return f"{_operand(sort, rng)} {rng.choice(('==', '!='))} {_operand(sort, rng)}"
    sign = rng.choice(("<", "<=", ">", ">=", "==", "!="))
    gap = rng.choice((" ", "", "  "))
    return f"{_operand(Sort.NUMBER, rng)}{gap}{sign}{gap}{_operand(Sort.NUMBER, rng)}"


def _some(sort: Sort, rng: Random) -> str:
    """Return a list of texts that is a fact, or one written out; it may be empty."""
    if sort is Sort.TEXT and rng.random() < 0.5:
        return rng.choice(_PATHS[Sort.LIST])
    literals = (_literal(sort, rng) for _ in range(rng.randint(0, 4)))
    return f"[{rng.choice((', ', ',')).join(literals)}]"


def _operand(sort: Sort, rng: Random) -> str:
    if rng.random() < 0.6:
        return rng.choice(_PATHS[sort])
    return _literal(sort, rng)


def _literal(sort: Sort, rng: Random) -> str:
    if sort is Sort.TRUTH:
        return rng.choice(("true", "false"))
    if sort is Sort.TEXT:
        quote = rng.choice("'\"")
        return f"{quote}{rng.choice(TEXTS)}{quote}"
    return (
        rng.choice(NUMBERS)
        if rng.random() < 0.7
        else f"{rng.uniform(-3, 30):.{rng.randint(1, 6)}f}"
    )


def _value(sort: Sort, rng: Random) -> Value:
    match sort:
        case Sort.TRUTH:
            return rng.random() < 0.5
        case Sort.TEXT:
            return rng.choice(TEXTS)
        case Sort.LIST:
            return tuple(rng.choice(TEXTS) for _ in range(rng.randint(0, 3)))
        case Sort.NUMBER:
            return float(rng.choice(NUMBERS)) if rng.random() < 0.7 else rng.uniform(-3, 30)


def many(seed: int, count: int) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield conditions, each with facts to judge it by: the same for the same seed."""
    rng = Random(seed)
    for _ in range(count):
        yield written(rng), facts_from(rng)
