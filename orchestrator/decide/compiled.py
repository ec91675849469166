"""A condition -> a function of Python's own, made once: nearly all of the time of judging goes here.

Nothing that an author wrote is read as Python: the tree that ``config`` checked is translated node
by node, and what stands in it are constants.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any as Anything
from typing import cast

from orchestrator.domain.condition import All, Any, Compare, Condition, Field, Literal, Not

Read = Callable[[str], ast.expr]
"""How a field of a condition is read, by its path."""
_OPERATORS: Mapping[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "in": ast.In,
}


def compiled(
    parts: Sequence[Condition], arguments: Sequence[str], read: Read, names: Mapping[str, object]
) -> Callable[..., Anything]:
    """Return a function of some arguments that says whether every one of some conditions is true.

    ``read`` may use the arguments, and ``names``, which stand for what they are mapped to.
    """
    given = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(name) for name in arguments],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    made = ast.Expression(ast.Lambda(given, _translated(All(tuple(parts)), read)))
    module = compile(ast.fix_missing_locations(made), "<condition>", "eval")
    code = next(each for each in module.co_consts if isinstance(each, CodeType))
    return FunctionType(code, dict(names))


def fact(path: str) -> ast.expr:
    """Return how a field is read of the argument ``facts``."""
    return ast.Subscript(ast.Name("facts", ast.Load()), ast.Constant(path), ast.Load())


def _translated(node: Condition, read: Read) -> ast.expr:
    match node:
        case Literal(value=value):
            return ast.Constant(cast("str", value))  # a tuple of constants is one, too
        case Field(path=path):
            return read(path)
        case Not(inner=inner):
            return ast.UnaryOp(ast.Not(), _translated(inner, read))
        case All(parts=parts):
            return _joined(ast.And(), parts, read, none=True)
        case Any(parts=parts):
            return _joined(ast.Or(), parts, read, none=False)
        case Compare(op=op, left=left, right=right):
            sides = _translated(left, read), _translated(right, read)
            return ast.Compare(sides[0], [_OPERATORS[op]()], [sides[1]])


def _joined(op: ast.boolop, parts: Sequence[Condition], read: Read, *, none: bool) -> ast.expr:
    if not parts:
        return ast.Constant(none)
    each = [_translated(part, read) for part in parts]
    return each[0] if len(each) == 1 else ast.BoolOp(op, each)
