"""Search across positions, partners and the record, from one box."""

from flask import render_template, request

from signoff.domain.permissions import Act
from signoff.services.positions.positions import titles_of
from signoff.services.search import search
from signoff.web.access import staff
from signoff.web.activity_feed import activity_line
from signoff.web.installation import db, installation
from signoff.web.staff.blueprint import pages

_LONGEST = 200  # characters


@pages.get("/staff/search")
@staff(Act.READ)
def find() -> str:
    """What holds the words that were looked for."""
    words = request.args.get("q", "").strip()[:_LONGEST]
    search_result = search(db(), words)
    return render_template(
        "staff/search.html",
        section="staff.find",
        words=words,
        found=search_result,
        told=activity_line(db(), search_result.entries, zone=installation().settings.timezone),
        titles=titles_of(db(), (entry.position_id for entry in search_result.entries)),
    )
