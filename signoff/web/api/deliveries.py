"""Record that a published position was handed to someone; take that back."""

from functools import partial

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act
from signoff.domain.publications.deliveries import DeliveryForm
from signoff.services.positions.positions import get_position
from signoff.services.publications.deliveries import deliver as record_delivery
from signoff.services.publications.deliveries import get_delivery, names_digest
from signoff.services.publications.deliveries import take_back as take_delivery_back
from signoff.services.publications.public_queries import signatories
from signoff.services.publications.publications import find_live_publication
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import acting_call
from signoff.web.installation import current_act, db, installation
from signoff.web.public.paper import paper_of
from signoff.web.schemas.deliveries import Deliver, Delivered, TakeBack, TakenBack


@calls.post("/positions/<slug:slug>/deliveries")
@api(Act.DELIVER)
@acting_call(201, shown=("position",))
def deliver(slug: str, body: Deliver) -> Delivered:
    """Record a delivery of the published position.

    The PDF is made with the names listed at this moment, and is kept. A delivery by email is queued.
    """
    position = get_position(db(), slug)
    live = find_live_publication(db(), position)
    if live is None:
        raise Conflict("This position is not published, so there is nothing to deliver.")
    typed = body.model_dump(exclude={"supplements"})
    delivery = record_delivery(
        current_act(),
        position,
        DeliveryForm(**typed),
        shown=names_digest(signatories(db(), live)),
        zone=installation().settings.timezone,
        set_file=partial(paper_of, state=body.state),
        supplements=get_delivery(db(), position, body.supplements) if body.supplements else None,
    )
    return Delivered(
        slug=slug,
        id=delivery.id,
        recipient=delivery.recipient,
        way=delivery.way,
        delivered_on=delivery.delivered_on,
        signatory_count=len(delivery.names),
        file_sha256=delivery.file_sha256,
    )


@calls.post("/positions/<slug:slug>/deliveries/<number:number>/take-back", endpoint="take_back_delivery")
@api(Act.DELIVER)
@acting_call(200, shown=("position",))
def take_back(slug: str, number: int, body: TakeBack) -> TakenBack:
    """Take back a delivery that was recorded by mistake.

    Staff can still see it and its file. The public no longer can.
    """
    delivery = get_delivery(db(), get_position(db(), slug), number)
    take_delivery_back(current_act(), delivery, reason=body.reason)
    return TakenBack(slug=slug, id=delivery.id, taken_back_at=delivery.taken_back_at or installation().clock())
