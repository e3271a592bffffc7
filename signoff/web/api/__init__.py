"""The API, version 1: the same services as the pages, for programs."""

# ruff: noqa: F401  (imported for their routes)
from signoff.web.api import (
    applications,
    checks,
    commitments,
    deliveries,
    partners,
    positions,
    principles,
    publications,
    record,
    reference,
    rounds,
)
from signoff.web.api.blueprint import calls

__all__ = ["calls"]
