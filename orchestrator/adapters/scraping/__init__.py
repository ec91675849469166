"""Scraping: a small web page of figures, for Prometheus and whoever reads its format.

In: where to listen; a text.
Out: that text at ``/metrics``, to everybody who can reach the address.
Law: nothing else is served; on this machine only, unless a person says otherwise.
"""

from orchestrator.adapters.scraping.page import ScrapedPage, place_of

__all__ = ["ScrapedPage", "place_of"]
