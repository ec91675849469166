"""Answers as the schema describes them, read only where somebody looks.

zeep builds a value for every field of an answer, of which we use one in ten, and a list of profiles
costs it a millisecond. Here a field is found and converted when it is asked for, by the same schema
and the same converters; tests hold every field equal to zeep's. What nobody asks for is not judged.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from lxml import etree
from zeep.xsd import ComplexType, Element

from orchestrator.adapters.onvif.guarded import Unusable

_SHORT: Final = 128
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NONSENSE: Final = (ArithmeticError, LookupError, TypeError, ValueError)
"""What zeep's converters raise over a text that is none of theirs."""

Read = Callable[[etree._Element], Any]  # noqa: SLF001 lxml has no other name for it


class Answer:
    """One element of a type with fields; each is an attribute, as zeep names it."""

    __slots__ = ("_element", "_fields")

    def __init__(self, element: etree._Element, fields: Mapping[str, Read]) -> None:
        """Keep the element, and how its fields are read."""
        self._element = element
        self._fields = fields

    def __getattr__(self, name: str) -> Any:
        """Return a field: a value, an answer, a list of either, or None where it is not there."""
        read = self._fields.get(name)
        if read is None:
            raise AttributeError(name)
        return read(self._element)


class Readers:
    """Makes readers of elements from their types, each type's once."""

    def __init__(self) -> None:
        """Start with none."""
        self._fields: dict[int, dict[str, Read]] = {}

    def of_answer(self, body: Element) -> Read:
        """Return what reads the element of an operation's answer; a single field is unwrapped."""
        tag, kind = body.qname.text, body.type
        whole = self._of_type(kind)
        named = [name for name, _ in kind.elements]
        only = named[0] if len(named) == 1 and not kind.attributes else None

        def read(element: etree._Element) -> Any:
            if element.tag != tag:
                raise Unusable(f"the answer is no {etree.QName(tag).localname}")
            found = whole(element)
            return found if only is None or found is None else getattr(found, only)

        return read

    def _of_type(self, kind: Any) -> Read:
        if not isinstance(kind, ComplexType):
            return _of_text(kind)
        fields = self._fields_of(kind)

        def read(element: etree._Element) -> Answer | None:
            empty = len(element) == 0 and not element.attrib and not element.text
            return None if empty or element.get(_NIL) in {"true", "1"} else Answer(element, fields)

        return read

    def _fields_of(self, kind: ComplexType) -> Mapping[str, Read]:
        known = self._fields.get(id(kind))
        if known is None:
            known = self._fields[id(kind)] = {}  # kept first, since types may hold themselves
            for name, attribute in kind.attributes:
                if attribute.name:
                    known[name] = _of_attribute(attribute.qname.text, attribute.type)
            for name, element in kind.elements:
                if isinstance(element, Element):
                    known[name] = self._of_element(name, element)
        return known

    def _of_element(self, name: str, element: Element) -> Read:
        if name == "_value_1":  # the text of a type that has attributes as well
            return _of_text(element.type)
        tag, made = element.qname.text, _Later(lambda: self._of_type(element.type))
        if element.accepts_multiple:
            return lambda parent: [made(each) for each in parent.iterchildren(tag)]

        def read(parent: etree._Element) -> Any:
            child = parent.find(tag)
            return None if child is None else made(child)

        return read


class _Later:
    """A reader that is made when it is first needed: schemas are larger than what is read of them."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Read]) -> None:
        self._make = make
        self._made: Read | None = None

    def __call__(self, element: etree._Element) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made(element)


def _of_text(kind: Any) -> Read:
    valued = _valuer(kind)

    def read(element: etree._Element) -> Any:
        if element.text is None:
            return None
        try:
            return valued(element.text)
        except (TypeError, ValueError):
            return None  # so does zeep: one odd number costs its field, not the whole answer
        except _NONSENSE as error:
            raise Unusable("the answer does not fit the ONVIF schema") from error

    return read


def _of_attribute(name: str, kind: Any) -> Read:
    valued = _valuer(kind)

    def read(element: etree._Element) -> Any:
        text = element.get(name)
        try:
            return None if text is None else valued(text)
        except _NONSENSE as error:
            raise Unusable("the answer does not fit the ONVIF schema") from error

    return read


def _valuer(kind: Any) -> Callable[[str], Any]:
    """Return what converts a text; cameras say the same short ones again and again."""

    @lru_cache(maxsize=256)
    def short(text: str) -> Any:
        return kind.pythonvalue(text)

    return lambda text: short(text) if len(text) <= _SHORT else kind.pythonvalue(text)
