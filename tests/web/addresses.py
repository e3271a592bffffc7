"""Every address of the application, filled with things that exist."""

import io
from dataclasses import dataclass

from flask import Flask
from pypdf import PdfWriter
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from signoff.domain.accounts import AccountLinkPurpose
from signoff.domain.permissions import NOBODY
from signoff.domain.positions.text import Wording
from signoff.domain.rounds.links import secret_of
from signoff.services.accounts.mailed_links import send_account_link
from signoff.services.partners.meetings import show_meeting
from signoff.services.positions.drafts import begin_draft
from tests.house import House
from tests.importing import file_of, staged
from tests.meeting import planned, publisher, tell_all
from tests.newsletter import written
from tests.posting import DESCRIPTION, proposed
from tests.subscribing import secret_behind, subscribed


@dataclass(frozen=True)
class Filled:
    """What the addresses of a test are filled with."""

    slug: str
    partner: str
    secret: str
    account_secret: str
    application_secret: str = ""
    subscription_secret: str = ""


def furnish_addresses(house: House, session: Session) -> Filled:
    """A published position with one signatory, one who declined and one who waits, one who applied; a delivery of it;
    someone who gets its news; a draft of the principles, and one of a position to be started."""
    house.draft(session)
    begin_draft(house.act(session, house.user(session, "drafter").actor), Wording(title="Count the buses"))
    version = house.asked(session, "Alder", "Birch", "Cedar")
    house.say(session, version, "Alder")
    house.say(session, version, "Birch", "decline")
    house.publish(session, version)
    house.deliver(session, version, paper=_paper())
    user, key = house.user(session, "drafter"), house.settings.secret_key
    way = send_account_link(house.act(session, NOBODY), user, AccountLinkPurpose.RESET)
    own = secret_of([key], way.nonce, way.lookup, purpose="account")
    assert own is not None
    house.open_sign_on(session, version)
    applicant = house.application_secret(house.applied(session, version, "Damson"))
    reader = secret_behind(house, subscribed(house, session, "reader@press.example", version.position.slug))
    secret = house.secret(house.link(session, version, "Cedar"))
    meeting = planned(house, session, "Fall meeting", version.position.slug)
    tell_all(house, session, meeting)
    show_meeting(publisher(house, session), meeting, in_public=True, revision=1)
    written(house, session, "News of the spring")
    proposed(house, session, house.link(session, version, "Cedar"), DESCRIPTION)
    staged(house, session, file_of(range(2)))
    return Filled(version.position.slug, "alder", secret, own, applicant, reader)


def _paper() -> bytes:
    # The least that a reader of PDFs opens.
    made, content = PdfWriter(), io.BytesIO()
    made.add_blank_page(width=612, height=792)
    made.write(content)
    return content.getvalue()


def rules(app: Flask, method: str) -> list[Rule]:
    """The rules that take a method, the static files left out."""
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]


def address(app: Flask, rule: Rule, filled: Filled) -> str:
    """The rule's address with its parts filled in."""
    secrets = {"/login/": filled.account_secret, "/sign-on/": filled.application_secret}
    secrets["/subscriptions/"] = filled.subscription_secret
    values = {
        "slug": filled.partner if "/partners/<slug:slug>" in rule.rule else filled.slug,
        "partner": filled.partner,
        "secret": next((own for start, own in secrets.items() if rule.rule.startswith(start)), filled.secret),
        "number": 1,
        "key": "equity",
        "state": "oh",
        "digest": "0" * 64,
        "act": "logo" if "/profile/" in rule.rule else "answer",
        "kind": "description",
        "service": "ses",
        "size": 4,
        "address": "entries/000.p/4",
    }
    with app.test_request_context():
        adapter = app.url_map.bind("127.0.0.1")
        return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method=None)
