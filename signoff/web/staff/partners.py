"""The partner register as staff read it."""

from flask import Blueprint, render_template

from signoff.domain.permissions import Act
from signoff.services.partners import present_partners
from signoff.web.access import staff
from signoff.web.installation import db


@staff(Act.READ)
def partners() -> str:
    """All present partners with their contacts."""
    return render_template(
        "staff/partners.html", section="staff.partners", partners=present_partners(db(), with_people=True)
    )


def add_to(pages: Blueprint) -> None:
    """Put this page at its address."""
    pages.add_url_rule("/staff/partners/", "partners", partners)
