"""Every payload that the product writes by hand for what is newer than the installed WSDL files."""

from orchestrator.adapters.onvif import masks, media2, places
from orchestrator.domain.masks import Cover, Mask
from orchestrator.domain.place import Place

_COLOUR = masks.Colour(16.0, 128.0, 128.0, "http://www.onvif.org/ver10/colorspace/YCbCr")


def payloads() -> list[tuple[str, str]]:
    """Return each with the prefix of its service."""
    mask = Mask(((0.1, 0.2), (0.5, 0.2), (0.5, 0.65)), Cover.COLOUR)
    blurred = Mask(mask.corners, Cover.BLUR, on=False)
    here = Place(13.405, 52.52, 34.0, 90.0)
    written = {
        "tr2": [
            media2.get_profiles(),
            media2.get_stream_uri('a"&<b>'),
            media2.get_snapshot_uri("main"),
            masks.get_mask_options("view"),
            masks.get_masks("view"),
            masks.create_mask("view", mask, _COLOUR),
            masks.create_mask("view", blurred, None),
            masks.set_mask('m"&<1>', "view", mask, None),
            masks.delete_mask("mask_1"),
        ],
        "tds": [
            places.get_geo_location(),
            places.set_geo_location(here, "source"),
            places.set_geo_location(Place(-180.0, -90.0), ""),
            places.delete_geo_location("source"),
        ],
        "tptz": [places.geo_move("main", here), places.geo_move("main", Place(0.0, 0.0))],
    }
    return [(service, each.decode()) for service, them in written.items() for each in them]
