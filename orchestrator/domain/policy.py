"""Policies as values: what ``config`` parsed and ``decide`` judges."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Every policy, patrol and privacy rule of a site, in the order of their files."""
