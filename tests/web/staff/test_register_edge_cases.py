"""The register at its edges: many ticks, long histories, odd files, and acts beside each other."""

from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from signoff.domain.errors import Refusal
from signoff.domain.permissions import OPERATOR
from signoff.models import Contact, Partner
from signoff.services.accounts.api_tokens import make_token
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partners import ContactForm, PartnerForm
from signoff.services.record.record import record
from signoff.services.search import history_of
from tests.house import House
from tests.inspection import InspectingClient
from tests.meanwhile import coming_between
from tests.web.test_as_shown import shown_form
from tests.web.test_queries import counted

HEAD = "name,contact_name,contact_email\n"
VERSION = "/staff/positions/fund-the-coordinator/versions/1"


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("role", "page", "action", "name", "more"),
    [
        ("administrator", "/staff/partners/", "sort=name", "partner", {"tag": "health"}),
        ("publisher", "/staff/account", "/sessions", "session", {}),
        ("publisher", f"{VERSION}/ask", "/ask", "partner", {"act": "find", "find": "Ald"}),
    ],
)
def test_more_ticks_than_one_statement_takes_are_no_failure(
    client: InspectingClient, house: House, role: str, page: str, action: str, name: str, more: dict[str, str]
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    client.sign_in(role)
    target, served = client.form(page, action)
    ticks = [(name, str(number)) for number in range(1, 70_001)]
    body = urlencode([("csrf_token", dict(served)["csrf_token"]), *more.items(), *ticks])
    assert len(body) < 1_000_000  # more is not read at all
    assert client.post(target, data=body, content_type="application/x-www-form-urlencoded").status_code < 500


def test_a_history_is_not_lost_among_those_of_longer_names(house: House) -> None:
    with house.database.unit_of_work() as session:
        schools = house.partner(session, "Schools")
        for number in range(13):
            house.partner(session, f"Schools of {number}", f"Ana{number} Alder")
        assert [entry.kind for entry in history_of(session, schools, limit=3)] == ["partner_added"]


def test_a_history_beside_a_much_longer_one_takes_few_queries(app: Flask, house: House) -> None:
    with house.database.unit_of_work() as session:
        for name in ("Schools", "Schools of Ohio"):
            house.partner(session, name)
        facts = {"partner": "schools-of-ohio", "contact": 2, "fields": ["email"]}
        for _ in range(3_000):
            record(session, "contact_corrected", by=OPERATOR, at=house.clock(), facts=facts)
    with app.extensions["signoff"].database.reading() as session:
        schools = session.get_one(Partner, 1)
        with counted(app) as statements:
            told = history_of(session, schools, limit=100)
    assert [entry.kind for entry in told] == ["partner_added"] and len(statements) <= 8


def test_a_name_that_a_file_would_cut_in_two_is_refused(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        admin = house.user(session, "administrator")
        token = make_token(house.act(session, admin.actor), admin, name="Nightly")
    client.sign_in("administrator")
    person = {"name": "Ana Smith", "email": "ana@smith.example"}
    for field in ("name", "public_names", "aliases"):
        fields = {"name": "Smith", field: "Smith; Sons"}
        typed = fields | {"contact_name": person["name"], "contact_email": person["email"]}
        answer = client.submit("/staff/partners/new", "/new", **typed)
        assert answer.status_code == 422 and f'id="{field}-error"' in answer.text, field
        body = {"name": "Smith", field: "Smith; Sons" if field == "name" else ["Smith; Sons"], "contacts": [person]}
        refused = client.call("POST", "/api/v1/partners", token, json=body)
        assert refused.status_code == 422 and field in refused.get_json(force=True)["errors"], field
    answer = client.submit("/staff/partners/import", "/import", csv=f"{HEAD}Smith; Sons,Ana,ana@smith.example\n")
    assert answer.status_code == 422 and "Row 2, name (A2)" in answer.text
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Partner)) == 0


def test_a_column_named_twice_is_said(client: InspectingClient) -> None:
    raw = "name,name,contact_name,contact_email\nAlder,Birch,Ana,ana@alder.example\n"
    page = "/staff/partners/import"
    shown = client.sign_in("administrator").submit(page, "/import", csv=raw)
    assert "Columns left out: name." in shown.text
    answer = client.post(page, data=shown_form(shown, "/import") | {"column:1": "name"})
    assert answer.status_code == 422 and "Two columns are marked “Organization”" in answer.text


def test_tagging_many_takes_as_many_queries_as_tagging_few(app: Flask, client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        ids = [house.partner(session, f"Partner {number}").id for number in range(30)]
    client.sign_in("administrator")
    taken = []
    for chosen, tag in ((ids[:5], "few"), (ids, "many")):
        target, served = client.form("/staff/partners/", "sort=name")
        with counted(app) as statements:
            done = client.post(target, data=dict(served) | {"partner": chosen, "tag": tag, "act": "tag"})
        assert done.status_code == 303
        taken.append(len(statements))
    assert taken[0] == taken[1]


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_an_import_and_a_partner_added_beside_it_both_come_to_an_end(
    app: Flask, client: InspectingClient, house: House
) -> None:
    def add() -> None:
        with house.database.unit_of_work() as session:
            form = PartnerForm(name="Cedar", contacts=(ContactForm("Bo Birch", "bo@birch.example"),))
            add_partner(house.act(session, house.user(session, "administrator").actor), form)

    client.sign_in("administrator")
    csv = f"{HEAD}Alder,Ana,ana@alder.example\nBirch,Bo,bo@birch.example\n"
    shown = client.submit("/staff/partners/import", "/import", csv=csv).text.split('name="shown" value="')[1][:64]
    target, served = client.form("/staff/partners/import", "/import")
    fields = dict(served) | {"csv": csv, "act": "import", "shown": shown}
    with coming_between(house, app, "INSERT INTO partner ", add) as adding:
        imported = client.post(target, data=fields)
    assert imported.status_code == 303
    assert isinstance(adding.exception(), Refusal | None)


def test_a_colleagues_address_that_cannot_be_used_says_nothing_of_whose_it_is(
    client: InspectingClient, house: House
) -> None:
    with house.database.unit_of_work() as session:
        secret = house.secret(house.link(session, house.asked(session, "Alder"), "Alder"))
    for email in ("drafter@coalition.example", "drafter+x@coalition.example"):
        typed = {"full_name": "Cleo Colleague", "email": email, "signed": "Ana Alder"}
        answer = client.submit(f"/r/{secret}", "/refer", **typed)
        assert answer.status_code == 422 and "This address cannot be used here." in answer.text
        assert "staff member" not in answer.text
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1
