"""The staff's page of news: newsletters and meetings of partners, and how many addresses follow which positions."""

from flask import render_template

from signoff.domain.permissions import Act
from signoff.services.partners.meetings import meetings
from signoff.services.partners.newsletters import newsletters
from signoff.services.publications.publications import find_live_publication
from signoff.services.publications.subscriptions import count_readers
from signoff.web.access import staff
from signoff.web.installation import db
from signoff.web.staff.blueprint import pages


@pages.get("/staff/news")
@staff(Act.READ)
def news() -> str:
    """The newsletters and meetings of partners, and how many subscribers there are, never who."""
    counts = [(one, find_live_publication(db(), one) if one else None, number) for one, number in count_readers(db())]
    return render_template(
        "staff/news/news.html",
        section="staff.news",
        counts=counts,
        meetings=meetings(db()),
        newsletters=newsletters(db()),
    )
