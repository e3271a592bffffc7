"""Staff pages of deliveries: hand a published position to someone, and the files that were handed over."""

from collections.abc import Mapping
from functools import partial

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict
from signoff.domain.partners.places import STATES
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.domain.publications.deliveries import WAY_WORDS, DeliveryForm, DeliveryWay
from signoff.domain.publications.name_groups import states_with_names
from signoff.models import Delivery, Position
from signoff.services.positions.positions import get_position
from signoff.services.publications.delivered_names import status_of
from signoff.services.publications.deliveries import deliver, get_delivery, names_digest, take_back
from signoff.services.publications.public_queries import signatories, with_states
from signoff.services.publications.publications import find_live_publication
from signoff.web.access import staff
from signoff.web.file_names import named
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.public.paper import paper_of
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages


@pages.get("/staff/positions/<slug:slug>/deliver")
@staff(Act.DELIVER)
def show_delivery(slug: str) -> str:
    """To whom, how, and with which names; `after` is an earlier delivery that this one adds names to."""
    position = get_position(db(), slug)
    before = _before(position, request.args.get("after", ""))
    typed = DeliveryForm(before.recipient, before.way, before.address or "") if before else None
    return _page(position, typed or DeliveryForm("", DeliveryWay.EMAIL), before, {})


@pages.post("/staff/positions/<slug:slug>/deliver")
@staff(Act.DELIVER)
@form_view(
    invalid=lambda refusal, slug: _again(slug, refusal.errors),
    conflict=lambda refusal, slug: _again(slug, {"recipient": refusal.text}),
)
def make_delivery(slug: str) -> Done:
    """Record the delivery; by email, queue it."""
    position, typed = get_position(db(), slug), _typed()
    delivery = deliver(
        current_act(),
        position,
        typed,
        shown=request.form.get("shown", ""),
        zone=installation().settings.timezone,
        set_file=partial(paper_of, state=typed.state),
        supplements=_before(position, request.form.get("after", "")),
    )
    names = counted(len(delivery.names), "name")
    if delivery.way == DeliveryWay.EMAIL:
        said = f"The email to {delivery.address} is queued, with {names}."
    else:
        said = f"The delivery to {delivery.recipient} was recorded, with {names}. Its file is kept below."
    return Done(url_for("staff.position", slug=slug) + "#deliveries", said)


@pages.get("/staff/positions/<slug:slug>/deliveries/<number:number>.pdf")
@staff(Act.READ)
def kept_file(slug: str, number: int) -> Response:
    """The exact file of a delivery, whatever became of the names in it."""
    delivery = get_delivery(db(), get_position(db(), slug), number)
    return named(Response(delivery.file, content_type="application/pdf"), f"delivery-{number}.pdf", shown=True)


@pages.get("/staff/positions/<slug:slug>/deliveries/<number:number>/take-back")
@staff(Act.DELIVER)
def confirm_taking_back(slug: str, number: int) -> str:
    """Ask why a delivery is taken back, and say what that does."""
    return _taking_back(slug, number, {})


@pages.post("/staff/positions/<slug:slug>/deliveries/<number:number>/take-back")
@staff(Act.DELIVER)
@form_view(invalid=lambda refusal, slug, number: _taking_back(slug, number, refusal.errors))
def take_delivery_back(slug: str, number: int) -> Done:
    """Take back a delivery that was recorded by mistake."""
    delivery = get_delivery(db(), get_position(db(), slug), number)
    take_back(current_act(), delivery, reason=request.form.get("reason", ""))
    return Done(url_for("staff.position", slug=slug) + "#deliveries", "The delivery was taken back.")


def _taking_back(slug: str, number: int, errors: Mapping[str, str]) -> str:
    position = get_position(db(), slug)
    status = status_of(db(), get_delivery(db(), position, number))
    if status.delivery.taken_back_at is not None:
        raise Conflict("This delivery was taken back already.")
    return render_template(
        "staff/publications/take_back.html",
        section="staff.positions",
        position=position,
        one=status,
        reason=request.form.get("reason", ""),
        errors=errors,
    )


_TYPED = ("recipient", "way", "address", "day", "note", "state")


def _typed() -> DeliveryForm:
    return DeliveryForm(**{name: request.form.get(name, "") for name in _TYPED})


def _before(position: Position, typed: str) -> Delivery | None:
    number = whole_number(typed)
    return get_delivery(db(), position, number) if number else None


def _again(slug: str, errors: Mapping[str, str]) -> str:
    position = get_position(db(), slug)
    return _page(position, _typed(), _before(position, request.form.get("after", "")), errors)


def _page(position: Position, typed: DeliveryForm, before: Delivery | None, errors: Mapping[str, str]) -> str:
    live = find_live_publication(db(), position)
    if live is None:
        raise Conflict("This position is not published, so there is nothing to deliver.")
    named_now = signatories(db(), live)
    states = states_with_names(with_states(db(), named_now))
    return render_template(
        "staff/publications/deliver.html",
        section="staff.positions",
        position=position,
        live=live,
        typed=typed,
        ways=WAY_WORDS,
        named=named_now,
        shown=names_digest(named_now),
        states=[(code, STATES[code], number) for code, number in states.items()],
        state_choices=[(code, STATES[code]) for code in states],
        before=status_of(db(), before) if before else None,
        errors=errors,
        today=installation().clock().astimezone(installation().settings.timezone).date(),
    )
