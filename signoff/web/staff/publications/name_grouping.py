"""The staff page on which a publisher chooses how the names on sheets are grouped."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act
from signoff.domain.publications.name_groups import GROUPING_WORDS, in_groups
from signoff.services.positions.positions import get_position
from signoff.services.publications.name_grouping import group_names
from signoff.services.publications.public_queries import signatories, with_states
from signoff.services.publications.publications import find_live_publication
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.staff.blueprint import pages


@pages.get("/staff/positions/<slug:slug>/grouping")
@staff(Act.PUBLISH)
def show_grouping(slug: str) -> str:
    """How the names are grouped on sheets now, and how they may be."""
    return _choice(slug, {})


@pages.post("/staff/positions/<slug:slug>/grouping")
@staff(Act.PUBLISH)
@form_view(invalid=lambda refusal, slug: _choice(slug, refusal.errors))
def change_grouping(slug: str) -> Done:
    """Group the names on sheets as chosen."""
    group_names(current_act(), get_position(db(), slug), grouping=request.form.get("grouping", ""))
    return Done(url_for("staff.position", slug=slug), "The grouping of the names was saved.")


def _choice(slug: str, errors: Mapping[str, str]) -> str:
    position = get_position(db(), slug)
    live = find_live_publication(db(), position)
    if live is None:
        raise Conflict("This position is not published; there are no names to group.")
    named = with_states(db(), signatories(db(), live))
    return render_template(
        "staff/publications/grouping.html",
        section="staff.positions",
        position=position,
        live=live,
        groupings=GROUPING_WORDS,
        samples={grouping: in_groups(named, grouping) for grouping in GROUPING_WORDS},
        errors=errors,
    )
