"""zeep's own reading of an answer, which ours is held equal to."""

from typing import Any

from lxml import etree
from zeep.xsd import CompoundValue

from orchestrator.adapters.onvif.engine import Engine
from orchestrator.adapters.onvif.names import Operation


def by_zeep(engine: Engine, operation: Operation, root: etree._Element) -> Any:
    """Return what zeep builds of an answer, every field of it."""
    return engine._operations[operation].process_reply(root)


def same(ours: Any, theirs: Any) -> bool:
    """Say whether every field that zeep knows reads the same in our answer.

    Where a type has room for anything, zeep takes what comes first for that, though it has a name.
    """
    if isinstance(theirs, CompoundValue):
        kind = theirs._xsd_type
        named = [name for name, each in (*kind.elements, *kind.attributes) if _has_name(each)]
        if getattr(theirs, "_value_1", None) is not None:
            named = [name for name in named if getattr(theirs, name) is not None]
        return all(same(getattr(ours, name), getattr(theirs, name)) for name in named)
    if isinstance(theirs, list):
        pairs = zip(ours, theirs, strict=True)
        return all(same(mine, other) for mine, other in pairs)
    return bool(ours == theirs)


def _has_name(part: Any) -> bool:
    return getattr(part, "qname", None) is not None and getattr(part, "name", None) is not None
