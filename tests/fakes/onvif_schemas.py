"""The schemas of ONVIF as libxml2 reads them: those in the WSDL files that ``onvif-zeep`` brings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import etree

_XS: Final = "http://www.w3.org/2001/XMLSchema"
_SERVICES: Final = ("devicemgmt", "media", "ptz", "imaging", "events")


def schemas(folder: Path, scratch: Path) -> etree.XMLSchema:
    """Return one schema of all services and of what they share; ``scratch`` is an empty folder."""
    imports = [("http://www.onvif.org/ver10/schema", folder / "onvif.xsd")]
    imports += [_embedded(folder, service, scratch) for service in _SERVICES]
    told = "".join(f'<i:import namespace="{uri}" schemaLocation="{at}"/>' for uri, at in imports)
    driver = etree.fromstring(f'<i:schema xmlns:i="{_XS}">{told}</i:schema>'.encode())
    return etree.XMLSchema(driver.getroottree())


def _embedded(folder: Path, service: str, scratch: Path) -> tuple[str, Path]:
    """Write the schema inside a WSDL to a file of its own; return its namespace and where it is."""
    embedded = etree.parse(str(folder / f"{service}.wsdl")).find(f".//{{{_XS}}}schema")
    assert embedded is not None, f"{service}.wsdl holds no schema"
    for each in embedded.iterfind(f"{{{_XS}}}import"):
        each.set("schemaLocation", str(folder / each.get("schemaLocation", "")))
    path = scratch / f"{service}.xsd"
    path.write_bytes(etree.tostring(embedded))
    return embedded.get("targetNamespace", ""), path


def errors(schema: etree.XMLSchema, payload: etree._Element) -> Iterator[str]:
    """Yield what libxml2 finds wrong with a payload, by its name."""
    alone = etree.fromstring(etree.tostring(payload))
    try:
        schema.assertValid(alone.getroottree())
    except etree.DocumentInvalid as error:
        yield f"{etree.QName(payload).localname}: {error}"
