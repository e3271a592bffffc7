"""Every field that people type, by hand: each refuses what cannot be seen, and takes nothing for something.

A field that is added belongs into one of these lists; tests/web/test_routes.py shows the routes there are.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from signoff.models import Version
from signoff.services.accounts.api_tokens import make_token
from tests.dialects import POSTGRESQL_IN_TORTURE
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.dump import everything

pytestmark = POSTGRESQL_IN_TORTURE

# Hidden in a word that looks whole without it: one of each kind; tests/domain/test_text_input.py has them all.
HIDDEN = ["\u034f", "\u200b", "\ufe0f", "\U000e0063", "\u202e", "\ue000", "\u0378", "\x1b", "\u2800"]
WORD = "Bir{}ch"
BLANK = ["\u2800", "\u3164", "\u0301"]

BASE = "/staff/positions/fund-the-coordinator"
V1 = f"{BASE}/versions/1"
PERSON = {"contact_name": "Bo Birch", "contact_email": "bo@birch.example"}
TEXT = {"title": "A title", "summary": "What we ask.", "body": "The text."}
USER = {"name": "New Person", "email": "new@coalition.example", "role": "drafter"}

CONTACT = {"name": "Bo Birch", "email": "bo@birch.example", "may_answer": "yes"}
ASKED_ABOUT = ("name", "public_names", "aliases")
FOUND = {"equity.verdict": "advances", "act": "save"}
HANDED = {"recipient": "The Committee", "way": "by_hand", "day": "2026-11-24"}
EMAILED = {"recipient": "The Committee", "way": "email", "address": "clerk@committee.example"}
NEWS = {"subject": "News"}
ASKED = {"partner": "1", "deadline": "2026-12-20T12:00", "act": "preview"}

# Role, page, the form on it, what else is sent, the field that is typed, and whether it has to be filled in.
STAFF: list[tuple[str, str, str, dict[str, str], str, bool]] = [
    ("drafter", "/staff/positions/new", "/new", TEXT, "title", True),
    ("drafter", "/staff/positions/new", "/new", TEXT, "summary", True),
    ("drafter", "/staff/positions/new", "/new", TEXT, "body", True),
    ("drafter", "/staff/positions/new", "/new", TEXT, "addressed_to", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "reference", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "date_line", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "salutation", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "closing", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "copies", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "enclosures", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "press_contact", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "docket", False),
    ("drafter", "/staff/positions/new", "/new", TEXT, "hearing", False),
    ("drafter", f"{BASE}/edit", "/edit", {**TEXT, "began_from": "1"}, "change_note", True),
    ("drafter", "/staff/positions/another/address", "/address", {}, "slug", True),
    ("administrator", "/staff/coalition", "/staff/coalition", {}, "name", True),
    ("administrator", "/staff/coalition", "/staff/coalition", {}, "reply_to", False),
    ("administrator", "/staff/coalition", "/staff/coalition", {}, "address", False),
    ("administrator", "/staff/coalition", "/staff/coalition", {}, "website", False),
    ("administrator", "/staff/coalition", "/staff/coalition", {}, "phone", False),
    ("administrator", "/staff/coalition", "/staff/coalition", {}, "email", False),
    ("administrator", "/staff/coalition", "/staff/coalition", {}, "press_contact", False),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "name", True),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "public_names", False),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "aliases", False),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "tags", False),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "website", False),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "networks", False),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "notes", False),
    ("administrator", "/staff/partners/expertise", "/expertise", {}, "word", True),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "contact_name", True),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "contact_email", True),
    ("administrator", "/staff/partners/new", "/new", {"name": "Cedar", **PERSON}, "contact_job_title", False),
    ("administrator", "/staff/partners/alder/edit", "/edit", {}, "name", True),
    ("administrator", "/staff/partners/alder/leave", "/leave", {}, "reason", True),
    ("publisher", f"{V1}/round/recall", "/recall", {}, "reason", True),
    ("publisher", f"{V1}/round/partners/birch/drop", "/drop", {}, "reason", True),
    ("publisher", f"{V1}/signatories/alder/remove", "/remove", {}, "reason", True),
    ("administrator", "/staff/partners/alder", "/contacts", CONTACT, "name", True),
    ("administrator", "/staff/partners/alder", "/contacts", CONTACT, "email", True),
    ("administrator", "/staff/partners/alder", "/contacts", CONTACT, "job_title", False),
    ("administrator", "/staff/partners/", "sort=name", {"partner": "1", "act": "tag"}, "tag", True),
    (
        "administrator",
        "/staff/partners/?level=local",
        "/segments?level=local&state=present&sort=name",
        {},
        "segment",
        True,
    ),
    ("administrator", "/staff/users/new", "/new", USER, "name", True),
    ("administrator", "/staff/users/new", "/new", USER, "email", True),
    ("administrator", "/staff/editions/1/words", "/words", {}, "equity.words", False),
    ("administrator", "/staff/editions/1/words", "/words", {}, "equity.deceptive", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "source", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "vision", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "mission", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "preamble", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "commitments", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "criteria.0.name", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "criteria.0.statement", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "criteria.0.questions", False),
    ("administrator", "/staff/editions/drafts/1", "/drafts/1", {"act": "save"}, "criteria.0.words", False),
    ("drafter", "/staff/account", "/tokens", {}, "token_name", True),
    ("drafter", f"{BASE}/comments", "/comments/1", {"outcome": "partly"}, "note", False),
    ("reviewer", f"{V1.replace('fund-the-coordinator', 'another')}/check", "/check", FOUND, "equity.rationale", True),
    ("reviewer", "/staff/positions/naming/versions/1/words/alder", "/words/alder", {}, "reason", True),
    ("publisher", "/staff/positions/third/versions/1/ask", "/ask", ASKED, "message", False),
    ("publisher", f"{BASE}/deliver", "/deliver", HANDED, "recipient", True),
    ("publisher", f"{BASE}/deliver", "/deliver", EMAILED, "address", True),
    ("publisher", f"{BASE}/deliver", "/deliver", HANDED, "day", True),
    ("publisher", f"{BASE}/deliver", "/deliver", HANDED, "note", False),
    ("publisher", "/staff/newsletters/new", "/newsletters/new", {"opening": "Hello."}, "subject", True),
    ("publisher", "/staff/newsletters/new", "/newsletters/new", NEWS, "opening", False),
    ("publisher", "/staff/newsletters/new", "/newsletters/new", {**NEWS, "part": "questions-0"}, "questions-0", False),
    ("publisher", f"{BASE}/deliveries/1/take-back", "/take-back", {}, "reason", True),
    ("publisher", f"{BASE}/retire", "/retire", {}, "reason", True),
]
ANSWER = {
    "answer": "approve",
    "authority": "board",
    "authorised": "yes",
    "full_name": "Ana Alder",
    "public_name": "Alder",
}
DECLINE = {"answer": "decline", "full_name": "Ana Alder"}
COLLEAGUE = {"full_name": "Cy Colleague", "email": "cy@alder.example", "job_title": "Deputy"}
PARTNER: list[tuple[str, dict[str, str], str, bool]] = [
    ("answer", ANSWER, "full_name", True),
    ("answer", ANSWER, "job_title", False),
    ("answer", ANSWER, "note", False),
    ("answer", ANSWER, "public_note", False),
    ("answer", ANSWER, "public_name", True),
    ("answer", DECLINE, "reason", True),
    ("withdraw", {"full_name": "Ana Alder", "is_me": "yes"}, "full_name", True),
    ("withdraw", {"full_name": "Ana Alder"}, "reason", False),
    ("contest", {"full_name": "Ana Alder"}, "reason", False),
    ("refer", COLLEAGUE, "full_name", True),
    ("refer", COLLEAGUE, "email", True),
    ("refer", COLLEAGUE, "job_title", False),
    ("elsewhere", {"full_name": "Ana Alder"}, "full_name", True),
    ("name", {"full_name": "Ana Alder", "proposed_name": "Alder Fund"}, "proposed_name", True),
    ("name", {"full_name": "Ana Alder", "proposed_name": "Alder Fund"}, "full_name", True),
    ("comment", {"comment": "Well said."}, "comment", True),
    ("comment", {"comment": "Well said."}, "quote", False),
]
BO = {"name": "Bo Birch", "email": "bo@birch.example"}
NEW = {"name": "Cedar", "contacts": [BO]}
TO_ASK = {"version": 1, "partners": "all", "deadline": "2026-12-20T12:00:00Z"}
DELIVERIES = "/positions/fund-the-coordinator/deliveries"
API: list[tuple[str, str, str, Callable[[str], dict[str, Any]], bool]] = [
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "name": typed}, True),
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "public_names": [typed]}, False),
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "aliases": [typed]}, False),
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "tags": [typed]}, False),
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "networks": [typed]}, False),
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "notes": typed}, False),
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "places": [{"state": "OH", "city": typed}]}, False),
    ("administrator", "PATCH", "/partners/alder", lambda typed: {"networks": [typed]}, False),
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "website": f"https://x.example/{typed}"}, False),
    ("administrator", "POST", "/partners", lambda typed: {**NEW, "contacts": [{**BO, "name": typed}]}, True),
    (
        "administrator",
        "POST",
        "/partners",
        lambda typed: {**NEW, "contacts": [{**BO, "job_title": typed}]},
        False,
    ),
    ("publisher", "POST", "/positions/third/rounds", lambda typed: {**TO_ASK, "message": typed}, False),
    ("publisher", "POST", "/positions/fund-the-coordinator/rounds/1/recall", lambda typed: {"reason": typed}, True),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "title": typed}, True),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "summary": typed}, True),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "body": typed}, True),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "addressed_to": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "reference": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "date_line": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "salutation": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "closing": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "copies": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "enclosures": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "press_contact": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "docket": typed}, False),
    ("drafter", "POST", "/positions", lambda typed: {**TEXT, "hearing": typed}, False),
    ("drafter", "POST", "/positions/fund-the-coordinator/versions", lambda t: {**TEXT, "change_note": t}, True),
    ("drafter", "PATCH", "/positions/another", lambda typed: {"slug": typed}, True),
    (
        "reviewer",
        "PUT",
        "/positions/another/versions/1/findings/equity",
        lambda typed: {"verdict": "advances", "rationale": typed, "quotes": []},
        True,
    ),
    ("publisher", "POST", "/positions/fund-the-coordinator/retire", lambda typed: {"reason": typed}, True),
    ("publisher", "POST", DELIVERIES, lambda typed: {**HANDED, "recipient": typed}, True),
    ("publisher", "POST", DELIVERIES, lambda typed: {**EMAILED, "address": typed}, True),
    ("publisher", "POST", DELIVERIES, lambda typed: {**HANDED, "day": typed}, True),
    ("publisher", "POST", DELIVERIES, lambda typed: {**HANDED, "note": typed}, False),
    ("publisher", "POST", f"{DELIVERIES}/1/take-back", lambda typed: {"reason": typed}, True),
    (
        "publisher",
        "POST",
        "/positions/fund-the-coordinator/signatories/alder/remove",
        lambda typed: {"reason": typed},
        True,
    ),
]


@pytest.fixture
def furnished(house: House) -> str:
    """A delivered position that Alder approved and Birch was asked about, and one that was begun; the link of Alder."""
    with house.database.unit_of_work() as session:
        house.partner(session, "Dogwood", level="local")
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
        house.deliver(session, version)
        house.position(session, "Another")
        house.checked(session, house.position(session, "Third"))
        house.position(session, "Naming", body="We thank Alder for this.")
        house.comment(session, house.link(session, version, "Birch"), "Well said.")
        house.draft(session)
        return house.secret(house.link(session, version, "Alder"))


@pytest.mark.parametrize(("role", "page", "form", "sent", "field", "needed"), STAFF)
def test_staff_forms_take_nothing_that_cannot_be_seen(  # noqa: PLR0913
    client: InspectingClient,
    house: House,
    furnished: str,
    role: str,
    page: str,
    form: str,
    sent: dict[str, str],
    field: str,
    needed: bool,
) -> None:
    client.sign_in(role)
    target, served = client.form(page, form)
    before = everything(house.database)
    for typed in [WORD.format(hidden) for hidden in HIDDEN] + (BLANK if needed else []):
        response = client.post(target, data={**dict(served), **sent, field: typed})
        # A name that reads like a partner's is asked about, whatever else is wrong with it.
        refused = (409, 422) if page.startswith("/staff/partners/") and field in ASKED_ABOUT else (422,)
        assert response.status_code in refused, (ascii(typed), response.status_code)
    assert everything(house.database) == before


@pytest.mark.parametrize(("act", "sent", "field", "needed"), PARTNER)
def test_partners_forms_take_nothing_that_cannot_be_seen(
    client: InspectingClient, house: House, furnished: str, act: str, sent: dict[str, str], field: str, needed: bool
) -> None:
    target, served = client.form(f"/r/{furnished}", f"/{act}")
    before = everything(house.database)
    for typed in [WORD.format(hidden) for hidden in HIDDEN] + (BLANK if needed else []):
        response = client.post(target, data={**dict(served), **sent, field: typed})
        assert response.status_code == 422, (ascii(typed), response.status_code)
    assert everything(house.database) == before


@pytest.mark.parametrize(("field", "needed"), [("full_name", True), ("job_title", False)])
def test_the_form_about_the_commitments_takes_nothing_that_cannot_be_seen(
    client: InspectingClient, house: House, furnished: str, field: str, needed: bool
) -> None:
    with house.database.unit_of_work() as session:
        house.ask_to_accept(session, house.link(session, session.get_one(Version, 1), "Alder").contact.partner)
        secret = house.secret(house.acceptance_link(session, "ana@alder.example"))
    target, served = client.form(f"/r/{secret}", "/commitments")
    sent = {**dict(served), "answer": "accept", "full_name": "Ana Alder", "authorised": "yes"}
    before = everything(house.database)
    for typed in [WORD.format(hidden) for hidden in HIDDEN] + (BLANK if needed else []):
        assert client.post(target, data={**sent, field: typed}).status_code == 422, ascii(typed)
    assert everything(house.database) == before


@pytest.mark.parametrize(("role", "method", "path", "body", "needed"), API)
def test_the_api_takes_nothing_that_cannot_be_seen(
    client: InspectingClient,
    house: House,
    furnished: str,
    role: str,
    method: str,
    path: str,
    body: Callable[[str], dict[str, Any]],
    needed: bool,
) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, role)
        token = make_token(house.act(session, user.actor), user, name="t")
    before = everything(house.database)
    for typed in [WORD.format(hidden) for hidden in HIDDEN] + (BLANK if needed else []):
        response = client.call(method, f"/api/v1{path}", token, body(typed))
        assert response.status_code == 422, (ascii(typed), response.status_code, response.text)
        assert response.json is not None and response.json["errors"], ascii(typed)
    assert everything(house.database) == before


def test_no_form_of_the_partner_page_is_left_out(app: Flask, client: InspectingClient, furnished: str) -> None:
    """The text fields that the page serves are those of the list."""
    page = client.soup(f"/r/{furnished}")
    listed = {(act, field) for act, _, field, _ in PARTNER} | {("contest", "full_name")}
    served = {
        (str(form["action"]).rpartition("/")[2], str(field["name"]))
        for form in page.select("form")
        for field in form.select("input[type=text], input[type=email], textarea")
    }
    assert served == listed
