"""The public's pages: positions with their signatories, partners, principles, and how to verify."""

# ruff: noqa: F401  (imported for their routes)
from signoff.web.public import (
    crawlers,
    deliveries,
    downloads,
    embed,
    evidence,
    feed,
    health,
    logo,
    mail_hooks,
    meetings,
    paper,
    partner_logo,
    partner_pages,
    position_list,
    position_page,
    problem_reports,
    sharing,
    sign_on,
    subscriptions,
    verify,
    word,
)
from signoff.web.public import pages as public_pages
from signoff.web.public.blueprint import pages

__all__ = ["pages"]
