"""Public holidays of a country or a part of it, by the `holidays` library, from a date alone.

A region is written by its ISO codes: ``DE`` is what all of Germany keeps, ``DE-BE`` what Berlin does.
The library knows each year by rules, so a site file need not be written anew in January.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

_LANGUAGE = "en_US"
"""Names are in one language: the library would otherwise take that of the machine."""


def countries() -> Mapping[str, list[str]]:
    """Return the code of every country the library knows, each with those of its parts."""
    return holidays.list_supported_countries(include_aliases=False)


def by_name(country: str) -> Mapping[str, str]:
    """Return the code of each part of a country by the other names it goes by.

    >>> by_name("DE")["Berlin"]
    'BE'
    """
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    return {name: code for code, names in aliases.items() for name in names}


def holiday(region: str, day: date) -> str | None:
    """Return the name of the holiday that a day is in a region; None when it is none.

    >>> holiday("DE-BE", date(2026, 3, 8)), holiday("DE-BY", date(2026, 3, 8))
    ("Women's Day", None)
    """
    return _kept(region, day.year).get(day)


@lru_cache(maxsize=64)
def _kept(region: str, year: int) -> Mapping[date, str]:
    """Return the holidays of a year."""
    country, _, part = region.partition("-")
    kept = holidays.country_holidays(
        country, subdiv=part or None, years=year, expand=False, language=_LANGUAGE
    )
    return dict(kept.items())
