"""What authors write, read strictly: text -> Site and PolicySet, every mistake at once.

In: `site.yaml`, `inventory.yaml`, the `policy.yaml` files and their cases, as text with their paths.
Out: a `Site`, cases, or findings with file, line, column, a caret and what to write instead.
Law: parsing opens nothing and acts on nothing; only `reading` touches files, and only reads.
"""

from orchestrator.config.address_list import Listed, listed_addresses
from orchestrator.config.inventory import parsed_inventory, written_inventory
from orchestrator.config.learned import parsed_map, written_map
from orchestrator.config.names import host_and_port
from orchestrator.config.points import parsed_points
from orchestrator.config.policies import parsed_policies
from orchestrator.config.reading import (
    listed_addresses_of,
    read_cases,
    read_policies_folder,
    read_site,
    read_site_for_export,
    rule_files,
    site_of,
    with_rules,
)
from orchestrator.config.reloaded import turned
from orchestrator.config.site import parsed_site

__all__ = [
    "Listed",
    "host_and_port",
    "listed_addresses",
    "listed_addresses_of",
    "parsed_inventory",
    "parsed_map",
    "parsed_points",
    "parsed_policies",
    "parsed_site",
    "read_cases",
    "read_policies_folder",
    "read_site",
    "read_site_for_export",
    "rule_files",
    "site_of",
    "turned",
    "with_rules",
    "written_inventory",
    "written_map",
]
