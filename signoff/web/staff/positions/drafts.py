"""The shared draft of a position's next version: its earlier states, its end, and words of comments put into it."""

from flask import request, url_for

from signoff.domain.permissions import Act
from signoff.services.positions.drafts import discard_draft, restore_state, take_comment
from signoff.services.positions.positions import get_position
from signoff.services.rounds.consultations import get_comment
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages


@pages.post("/staff/positions/<slug:slug>/draft/restore")
@staff(Act.DRAFT)
@form_view()
def restore_draft(slug: str) -> Done:
    """Make an earlier state the newest one; the present one stays among the last five."""
    restore_state(current_act(), get_position(db(), slug), whole_number(request.form.get("state", "")) or 0)
    return Done(url_for("staff.edit", slug=slug), "The draft was restored to that state.")


@pages.post("/staff/positions/<slug:slug>/draft/discard", endpoint="discard_draft")
@staff(Act.DRAFT)
@form_view()
def discard(slug: str) -> Done:
    """End the draft and forget its states; the versions stay."""
    discard_draft(current_act(), get_position(db(), slug))
    return Done(url_for("staff.position", slug=slug), "The draft was discarded. The versions did not change.")


@pages.post("/staff/positions/<slug:slug>/comments/<number:number>/take", endpoint="take_comment")
@staff(Act.DRAFT)
@form_view()
def take(slug: str, number: int) -> Done:
    """Put the words of a comment into the draft, in place of its passage or at the end."""
    position = get_position(db(), slug)
    in_place = request.form.get("place") == "passage"
    take_comment(current_act(), position, get_comment(db(), position, number), in_place=in_place)
    return Done(url_for("staff.edit", slug=slug), "The words are in the draft. Read them in their place, then save.")
