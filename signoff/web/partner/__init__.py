"""The partner's pages: reached by a link in a letter, without account, cookie or script."""

# ruff: noqa: F401  (imported for their routes)
from signoff.web.partner import commitments, own_page, packet, public_profile, reading_aids, receipt, request_page
from signoff.web.partner.blueprint import pages

__all__ = ["pages"]
