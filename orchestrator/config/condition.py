"""`when` expressions -> typed trees: a strict subset of CEL, checked name by name at load.

Grammar, loosest first, with CEL's precedence::

    condition := every ('||' every)*
    every     := single ('&&' single)*
    single    := operand (('==' | '!=' | '<' | '<=' | '>' | '>=' | 'in') operand)?
    operand   := '!' operand | '(' condition ')' | '[' literals ']' | number | string | true | false | path

Comparisons do not chain. Every path has a declared type and both sides of an operator must fit,
so that a condition that loads can always be judged. All numbers are CEL's ``double``; whatever
loads here means the same in CEL (`make bench-policies` asks a public implementation).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orchestrator.config.fields import did_you_mean
from orchestrator.domain.condition import (
    All,
    Any,
    Compare,
    Condition,
    Conjunct,
    Field,
    Literal,
    Not,
    Sort,
)

MAX_CHARACTERS = 1_000
MAX_DEPTH = 16
MAX_NUMBER = 2.0**53 - 1
"""Up to here every whole number is exact; CEL keeps larger ones as integers, we could not."""

Typed = tuple[Condition, Sort]
Rule = Callable[[], Typed]
Vocabulary = Mapping[str, Sort]
"""The paths a condition may use, and the type of each."""

TARGET: Vocabulary = {
    "target.id": Sort.TEXT,
    "target.kind": Sort.TEXT,
    "target.confidence": Sort.NUMBER,
    "target.speed_mps": Sort.NUMBER,
    "target.age_s": Sort.NUMBER,
    "target.still_s": Sort.NUMBER,
    "target.zones": Sort.LIST,
    "target.cameras": Sort.LIST,
}
ZONE: Vocabulary = {
    "zone.name": Sort.TEXT,
    "zone.since_s": Sort.NUMBER,
    "zone.count": Sort.NUMBER,
}
ENTERS: Vocabulary = {**TARGET, **ZONE}
OCCUPIED: Vocabulary = {**ZONE, "zone.density": Sort.NUMBER, "zone.still_s": Sort.NUMBER}
CROSSES: Vocabulary = {
    **TARGET,
    "line.name": Sort.TEXT,
    "line.towards": Sort.TEXT,
    "line.since_s": Sort.NUMBER,
}
REPORTS: Vocabulary = {
    "camera.name": Sort.TEXT,
    "report.kind": Sort.TEXT,
    "report.part": Sort.TEXT,
    "report.since_s": Sort.NUMBER,
}
LEAVES: Vocabulary = {
    **TARGET,
    "arrival.probability": Sort.NUMBER,
    "arrival.leaves_in_s": Sort.NUMBER,
    "arrival.earliest_in_s": Sort.NUMBER,
    "arrival.camera": Sort.TEXT,
    "arrival.view": Sort.TEXT,
}

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.]))
      |(?P<text>'[^'\\\r\n]*'|"[^"\\\r\n]*")
      |(?P<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
      |(?P<sign>&&|\|\||==|!=|<=|>=|<|>|!|\(|\)|\[|\]|,|-))""",
    re.VERBOSE | re.ASCII,
)
_ORDER = ("<", "<=", ">", ">=")
_EQUAL = ("==", "!=")


class Misread(Exception):
    """A condition that cannot be used; ``start`` and ``width`` count characters in its text."""

    def __init__(self, message: str, start: int, width: int = 1, hint: str = "") -> None:
        """Keep what is wrong and where."""
        super().__init__(message)
        self.message = message
        self.start = start
        self.width = width
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the condition: its kind (``number text path sign end``), text and place."""

    kind: str
    text: str
    start: int

    @property
    def width(self) -> int:
        """Return how many characters it has, at least one."""
        return max(1, len(self.text))


def conjuncts_of(text: str, vocabulary: Vocabulary) -> tuple[Conjunct, ...]:
    """Return the clauses of a condition that must all hold; ``Misread`` when it is wrong.

    >>> [clause.text for clause in conjuncts_of("a > 0.5 && !b", {"a": Sort.NUMBER, "b": Sort.TRUTH})]
    ['a > 0.5', '!b']
    """
    if len(text) > MAX_CHARACTERS:
        raise Misread(f"condition is longer than {MAX_CHARACTERS} characters", 0)
    return _Parser(text, vocabulary).conjuncts()


def _tokens(text: str) -> list[_Token]:
    """Return the words of a condition, an empty one at its end."""
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise Misread(f"`{text[start]}` is not part of a condition", start)
        kind = str(match.lastgroup)
        tokens.append(_Token(kind, match[kind], match.start(kind)))
        position = match.end()
    tokens.append(_Token("end", "", len(text.rstrip())))
    return tokens


class _Parser:
    """Reads tokens from left to right; each method reads one rule of the grammar."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        """Start at the first token."""
        self._text = text
        self._vocabulary = vocabulary
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def conjuncts(self) -> tuple[Conjunct, ...]:
        """Return the whole condition, cut at its outermost ``&&``."""
        first = self._peek()
        whole, sort = self._condition()
        self._must_be(Sort.TRUTH, sort, first)
        if self._peek().kind != "end":
            raise self._unexpected("`&&`, `||` or the end")
        cuts = self._cuts()
        parts = whole.parts if isinstance(whole, All) else (whole,)
        if len(parts) != len(cuts):
            return (Conjunct(self._text.strip(), whole),)
        return tuple(
            Conjunct(self._text[start:end].strip(), part)
            for part, (start, end) in zip(parts, cuts, strict=True)
        )

    def _cuts(self) -> list[tuple[int, int]]:
        """Return where each outermost clause begins and ends in the text."""
        depth, begin, cuts = 0, 0, []
        for token in self._tokens:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0) * (token.kind == "sign")
            if depth == 0 and token.kind == "sign" and token.text == "&&":
                cuts.append((begin, token.start))
                begin = token.start + 2
        return [*cuts, (begin, len(self._text))]

    def _peek(self) -> _Token:
        """Return the next token."""
        return self._tokens[self._next]

    def _take(self) -> _Token:
        """Return the next token and go on."""
        token = self._tokens[self._next]
        self._next += token.kind != "end"
        return token

    def _taken(self, *signs: str) -> _Token | None:
        """Take the next token if it is one of these signs (or the word ``in``)."""
        token = self._peek()
        if token.text in signs and token.kind in {"sign", "path"}:
            return self._take()
        return None

    def _unexpected(self, expected: str) -> Misread:
        """Return the mistake that something else stands here."""
        token = self._peek()
        found = f"`{token.text}`" if token.kind != "end" else "the end"
        return Misread(f"expected {expected}, found {found}", token.start, token.width)

    @staticmethod
    def _must_be(wanted: Sort, found: Sort, at: _Token) -> None:
        """Raise when a value has another type than its place needs."""
        if found is not wanted:
            message = f"expected a {wanted.value}, found a {found.value}"
            raise Misread(message, at.start, at.width)

    def _condition(self) -> Typed:
        """Read parts joined by ``||``."""
        return self._joined("||", self._every)

    def _every(self) -> Typed:
        """Read parts joined by ``&&``."""
        return self._joined("&&", self._single)

    def _joined(self, sign: str, part: Rule) -> Typed:
        """Read one part, or several joined by a sign, all of them truths."""
        first = self._peek()
        node, sort = part()
        parts = [node]
        while (joint := self._taken(sign)) is not None:
            self._must_be(Sort.TRUTH, sort, first if len(parts) == 1 else joint)
            at = self._peek()
            node, sort = part()
            self._must_be(Sort.TRUTH, sort, at)
            parts.append(node)
        if len(parts) == 1:
            return node, sort
        return (All if sign == "&&" else Any)(tuple(parts)), Sort.TRUTH

    def _single(self) -> Typed:
        """Read a comparison or a lone operand."""
        at = self._peek()
        left, left_sort = self._operand()
        sign = self._taken(*_EQUAL, *_ORDER, "in")
        if sign is None:
            return left, left_sort
        right_at = self._peek()
        right, right_sort = self._operand()
        self._fit(sign, (left_sort, at), (right_sort, right_at))
        again = self._peek()
        if again.text in {*_EQUAL, *_ORDER, "in"} and again.kind in {"sign", "path"}:
            raise Misread("comparisons do not chain", again.start, again.width, "join with `&&`")
        return Compare(sign.text, left, right), Sort.TRUTH

    def _deeper(self, rule: Rule) -> Typed:
        """Read a rule one level deeper, up to the limit."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Misread(f"nested deeper than {MAX_DEPTH} levels", self._peek().start)
        read = rule()
        self._depth -= 1
        return read

    def _fit(self, sign: _Token, left: tuple[Sort, _Token], right: tuple[Sort, _Token]) -> None:
        """Raise when the two sides of an operator cannot be compared by it."""
        if sign.text == "in":
            self._must_be(Sort.LIST, *right)
            if left[0] not in {Sort.NUMBER, Sort.TEXT}:
                self._must_be(Sort.TEXT, *left)
            return
        if sign.text in _ORDER:
            self._must_be(Sort.NUMBER, *left)
        if left[0] is Sort.LIST:
            raise Misread("lists are only used with `in`", left[1].start, left[1].width)
        self._must_be(left[0], *right)

    def _operand(self) -> Typed:
        """Read a negation, brackets, a literal, a list or a path."""
        if self._taken("!") is not None:
            at = self._peek()
            negated, sort = self._deeper(self._operand)
            self._must_be(Sort.TRUTH, sort, at)
            return Not(negated), Sort.TRUTH
        if self._taken("(") is not None:
            inner = self._deeper(self._condition)
            if self._taken(")") is None:
                raise self._unexpected("`)`")
            return inner
        if self._taken("[") is not None:
            return self._list(), Sort.LIST
        if self._peek().kind == "path" and self._peek().text not in {"true", "false", "in"}:
            return self._path()
        return self._literal()

    def _literal(self) -> tuple[Literal, Sort]:
        """Read a number, a text or a truth."""
        minus = self._taken("-")
        token = self._peek()
        if token.kind == "number":
            value = float(self._take().text)
            if value > MAX_NUMBER:
                message = f"`{token.text[:20]}` is larger than numbers can be told apart"
                raise Misread(message, token.start, token.width, f"at most {MAX_NUMBER:.0f}")
            return Literal(-value if minus else value), Sort.NUMBER
        if minus is None and token.kind == "text":
            return Literal(self._take().text[1:-1]), Sort.TEXT
        if minus is None and token.text in {"true", "false"}:
            return Literal(self._take().text == "true"), Sort.TRUTH
        raise self._unexpected("a value")

    def _list(self) -> Literal:
        """Read the literals of a list, all of one type."""
        items: list[float | str] = []
        kinds: set[Sort] = set()
        while self._taken("]") is None:
            if items and self._taken(",") is None:
                raise self._unexpected("`,` or `]`")
            at = self._peek()
            literal, sort = self._literal()
            kinds.add(sort)
            if isinstance(literal.value, bool | tuple) or len(kinds) > 1:
                raise Misread("a list holds numbers or texts, all of one type", at.start, at.width)
            items.append(literal.value)
        return Literal(tuple(items))

    def _path(self) -> tuple[Field, Sort]:
        """Read the path of a fact."""
        token = self._take()
        sort = self._vocabulary.get(token.text)
        if sort is None:
            hint = did_you_mean(token.text, sorted(self._vocabulary), "name")
            raise Misread(f"unknown name `{token.text}`", token.start, token.width, hint)
        return Field(token.text, sort), sort
