"""What authors write, read strictly: text -> Site and PolicySet, every mistake at once.

In: `site.yaml` and the `policy.yaml` files of a site, as text with their paths.
Out: a `Site`, or findings with file, line, column, a caret and what to write instead.
Law: parsing opens nothing and acts on nothing; only `read_site` touches files, and only reads.
"""

from orchestrator.config.policies import parsed_policies
from orchestrator.config.reading import read_site
from orchestrator.config.site import parsed_site

__all__ = ["parsed_policies", "parsed_site", "read_site"]
