"""The public form to subscribe to news by email, and the page behind the mailed link: confirm, change, unsubscribe."""

import time
from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.permissions import NOBODY
from signoff.models import Publication, Subscription
from signoff.services.partners.news_readers import gets_news, resume_news, stop_news
from signoff.services.publications.publications import find_live_publication
from signoff.services.publications.subscriptions import (
    SubscriptionForm,
    ask_to_subscribe,
    confirm_subscription,
    find_published,
    get_by_secret,
    topics_of,
    unsubscribe,
)
from signoff.web.access import public
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.public.blueprint import pages
from signoff.web.public.strangers import TRAP, answer_alike, is_trapped, shaped
from signoff.web.request_parsing import refuse_cross_site, whole_number


@pages.get("/subscribe")
@public
def show_subscribe() -> str:
    """The form; `?position=` offers one position beside all of them."""
    return _form(request.args.get("position", ""), {})


@pages.post("/subscribe")
@public
@form_view(invalid=lambda refusal: _form(request.form.get("position", ""), refusal.errors))
def subscribe() -> Done:
    """Mail a link to confirm a subscription; everyone who asks hears the same, whatever is known of the address."""
    refuse_cross_site()
    began = time.monotonic()
    form = SubscriptionForm(request.form.get("email", ""), request.form.get("position", ""))
    if not is_trapped():
        ask_to_subscribe(current_act(NOBODY), form, source=request.remote_addr or "")
    email = form.cleaned().email[:254]
    return Done(
        page=lambda: answer_alike(began, lambda: render_template("public/subscriptions/sent.html", email=email))
    )


def _form(slug: str, errors: Mapping[str, str]) -> str:
    position = find_published(db(), request.values.get("offered", slug))
    return render_template(
        "public/subscriptions/subscribe.html",
        offered=find_live_publication(db(), position) if position else None,
        chosen=slug,
        trap=TRAP,
        errors=errors,
        typed=request.form,
    )


@pages.get("/subscriptions/<secret>")
@pages.get("/subscriptions/<secret>/unsubscribe")
@public
def show_subscription(secret: str) -> str:
    """What can be confirmed, or is subscribed to; opening it changes nothing."""
    return _page(secret)


@pages.post("/subscriptions/<secret>")
@public
@form_view()
def confirm_news(secret: str) -> Done:
    """Confirm a subscription from its mailbox; a contact of a partner who unsubscribed gets news again."""
    refuse_cross_site()
    found = get_by_secret(db(), shaped(secret), at=installation().clock())
    if found.contact_id is not None:
        resume_news(current_act(NOBODY), found)
    else:
        confirm_subscription(current_act(NOBODY), shaped(secret))
    return Done(url_for("public.show_subscription", secret=secret))


@pages.post("/subscriptions/<secret>/unsubscribe")
@public
@form_view()
def end_subscription(secret: str) -> Done:
    """Unsubscribe from everything, or from one position; also what mail programs do with one click (RFC 8058)."""
    found, chosen = get_by_secret(db(), shaped(secret), at=installation().clock()), request.form.get("subscription")
    # A number that nothing has ends nothing; only a form that names none ends all.
    number = None if chosen is None else whole_number(chosen) or 0
    if found.contact_id is not None:
        stop_news(current_act(NOBODY), found)
    else:
        unsubscribe(current_act(NOBODY), shaped(secret), number=number)
    # No redirect: mail programs may not follow one.
    return Done(page=lambda: _page(secret))


def _page(secret: str) -> str:
    found = get_by_secret(db(), shaped(secret), at=installation().clock())
    if found.contact_id is not None:
        gets = gets_news(db(), found.contact_id)
        return render_template("public/subscriptions/contact.html", secret=secret, gets_news=gets)
    return render_template(
        "public/subscriptions/subscription.html",
        secret=secret,
        subscription=found,
        asked=_live(found),
        topics=[(one, _live(one)) for one in topics_of(db(), found)],
    )


def _live(subscription: Subscription) -> Publication | None:
    return find_live_publication(db(), subscription.position) if subscription.position else None
