"""A site's folder on disk: read whole, and looked at for changes.

In: the folder of ``site.yaml``, and the folder of policies that it names.
Out: a ``Site``, or every mistake; and word that files have changed.
Law: only reads; files are judged when they have come to rest, and never on the event loop.
"""

from orchestrator.adapters.folder.site_folder import SiteFolder

__all__ = ["SiteFolder"]
