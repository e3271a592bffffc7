"""What was shown is what is done: an act whose ground has changed is answered 409 and changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from signoff.models import Contact, Entry, Exemption, Letter, Partner, Version
from signoff.services.partners.partner_changes import change_partner, form_of
from tests.house import House
from tests.inspection import InspectingClient, served_fields
from tests.meanwhile import beside

AT_ONCE = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
VERSION = "/staff/positions/fund-the-coordinator/versions/1"
PERSON = {"contact_name": "Ana New", "contact_email": "ana@new.example"}


def entries(session: Session) -> list[str]:
    return list(session.scalars(select(Entry.kind).order_by(Entry.id)))


def names(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Partner.name).order_by(Partner.id)))


def registered(house: House, *wanted: str) -> None:
    with house.database.unit_of_work() as session:
        for name in wanted:
            house.partner(session, name)


def shown_form(response: TestResponse, action: str) -> dict[str, Any]:
    """What the form on an answered page would send as it was served."""
    page = BeautifulSoup(response.text, "html.parser")
    form = next(item for item in page.find_all("form", method="post") if item["action"].endswith(action))
    fields: dict[str, Any] = {}
    for name, value in served_fields(form):
        fields.setdefault(name, []).append(value)
    return fields


def status_behind(house: House, change: Callable[[Session], object], act: Callable[[], TestResponse]) -> int:
    """What is answered to an act that has to wait for a change; nothing but the change stands in the record."""
    with house.database.writer() as session:
        change(session)
        told = entries(session)
        with beside(house, act) as acting:
            session.commit()
    with house.database.reading() as session:
        assert entries(session) == told
    return acting.result().status_code


def asked(house: House) -> Callable[[Session], object]:
    """Two partners are asked; what is returned lets one approve."""
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch")
    return lambda session: house.say(session, session.get_one(Version, 1), "Alder")


@AT_ONCE
def test_who_approves_meanwhile_is_not_dropped(client: InspectingClient, house: House) -> None:
    approve = asked(house)
    client.sign_in("publisher")
    shown = client.submit(f"{VERSION}/round", "round?sort=name", partner="1", act="drop")
    fields = shown_form(shown, "/round/drop") | {"reason": "By mistake."}
    assert status_behind(house, approve, lambda: client.post(f"{VERSION}/round/drop", data=fields)) == 409


@AT_ONCE
@pytest.mark.parametrize(("page", "action"), [("recall", "/recall"), ("partners/alder/drop", "/drop")])
def test_an_approval_that_comes_meanwhile_is_not_voided(
    client: InspectingClient, house: House, page: str, action: str
) -> None:
    approve = asked(house)
    client.sign_in("publisher")
    target, served = client.form(f"{VERSION}/round/{page}", action)
    fields = dict(served) | {"reason": "By mistake."}
    assert status_behind(house, approve, lambda: client.post(target, data=fields)) == 409
    assert client.submit(f"{VERSION}/round/{page}", action, reason="By mistake.").status_code == 303


@pytest.mark.parametrize(("page", "action"), [("recall", "/recall"), ("partners/alder/drop", "/drop")])
def test_an_approval_that_came_since_is_not_voided(
    client: InspectingClient, house: House, page: str, action: str
) -> None:
    approve = asked(house)
    client.sign_in("publisher")
    target, served = client.form(f"{VERSION}/round/{page}", action)
    with house.database.unit_of_work() as session:
        approve(session)
        told = entries(session)
    assert client.post(target, data=dict(served) | {"reason": "By mistake."}).status_code == 409
    with house.database.reading() as session:
        assert entries(session) == told


@AT_ONCE
def test_an_approval_that_comes_meanwhile_does_not_end_with_its_partner(client: InspectingClient, house: House) -> None:
    approve = asked(house)
    client.sign_in("administrator")
    target, served = client.form("/staff/partners/alder/leave", "/leave")
    fields = dict(served) | {"reason": "It merged."}
    assert status_behind(house, approve, lambda: client.post(target, data=fields)) == 409


@AT_ONCE
def test_a_form_saved_meanwhile_undoes_nothing(client: InspectingClient, house: House) -> None:
    registered(house, "Alder")
    client.sign_in("administrator")
    target, served = client.form("/staff/partners/alder/edit", "/edit")

    def change(session: Session) -> None:
        alder, by = session.get_one(Partner, 1), house.user(session, "administrator").actor
        form = replace(form_of(alder), aliases=("Alder Network",))
        change_partner(house.act(session, by), alder, form)

    fields = dict(served) | {"tags": "schools"}
    assert status_behind(house, change, lambda: client.post(target, data=fields)) == 409
    with house.database.reading() as session:
        assert form_of(session.get_one(Partner, 1)).aliases == ("Alder Network",)


def trees(house: House) -> Callable[[Session], object]:
    """A version that speaks of a tree and of others; what is returned makes the others a name of that partner."""
    with house.database.unit_of_work() as session:
        house.position(session, body="The alder grows. We thank the Wood Council of America.")
        house.partner(session, "Alder")

    def agree(session: Session) -> None:
        alder, by = session.get_one(Partner, 1), house.user(session, "administrator").actor
        form = replace(form_of(alder), aliases=("Wood Council of America",))
        change_partner(house.act(session, by), alder, form)

    return agree


@AT_ONCE
def test_words_are_not_exempted_under_a_name_that_comes_meanwhile(client: InspectingClient, house: House) -> None:
    agree = trees(house)
    client.sign_in("reviewer")
    target, served = client.form(f"{VERSION}/words/alder", "/words/alder")
    fields = dict(served) | {"reason": "A tree."}
    assert status_behind(house, agree, lambda: client.post(target, data=fields)) == 409


def test_the_passages_that_were_shown_are_exempted_and_no_others(client: InspectingClient, house: House) -> None:
    agree, page = trees(house), f"{VERSION}/words/alder"
    client.sign_in("reviewer")
    target, served = client.form(page, "/words/alder")
    with house.database.unit_of_work() as session:
        agree(session)
    fields = dict(served) | {"reason": "A tree."}
    assert client.post(target, data=fields).status_code == 409
    with house.database.reading() as session:
        assert session.scalars(select(Exemption)).all() == []
    assert client.submit(page, "/words/alder", reason="A tree, and others.").status_code == 303
    with house.database.reading() as session:
        assert len(session.scalars(select(Exemption)).one().passages) == 2


@AT_ONCE
def test_no_one_is_asked_at_an_address_that_was_not_shown(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
        house.partner(session, "Alder")
    client.sign_in("publisher")
    terms = {"partner": "1", "deadline": "2026-12-20T12:00"}
    fields = shown_form(client.submit(f"{VERSION}/ask", "/ask", act="preview", **terms), "/ask") | {"act": "send"}

    def redirect(session: Session) -> None:
        house.correct(session, session.get_one(Contact, 1), email="mallory@evil.example")

    assert status_behind(house, redirect, lambda: client.post(f"{VERSION}/ask", data=fields)) == 409
    with house.database.reading() as session:
        assert "request" not in set(session.scalars(select(Letter.kind)))


def test_a_look_alike_that_came_since_is_asked_about_anew(client: InspectingClient, house: House) -> None:
    registered(house, "Ash Oak Fund")
    client.sign_in("administrator")
    new = "/staff/partners/new"
    shown = client.submit(new, "/new", name="Ash Oak Funds", aliases="Beech Trees", **PERSON)
    assert shown.status_code == 409 and "“Beech Tree”" not in shown.text
    registered(house, "Beech Tree")
    different = {"answer:ash-oak-fund:Ash Oak Funds": "different"}
    again = client.post(new, data=shown_form(shown, "/new") | different)
    assert again.status_code == 409 and "“Beech Tree”" in again.text
    assert names(house) == ["Ash Oak Fund", "Beech Tree"]
    different["answer:beech-tree:Beech Trees"] = "affiliate"
    assert client.post(new, data=shown_form(again, "/new") | different).status_code == 303
    assert names(house)[2:] == ["Ash Oak Funds"]


def test_a_name_that_came_since_is_asked_about_when_a_partner_is_changed(
    client: InspectingClient, house: House
) -> None:
    registered(house, "Alder", "Ash Oak Fund")
    client.sign_in("administrator")
    edit, aliases = "/staff/partners/alder/edit", "Ash Oak Funds\nBeech Trees"
    shown = client.submit(edit, "/edit", aliases=aliases)
    registered(house, "Beech Tree")
    different = {"answer:ash-oak-fund:Ash Oak Funds": "different"}
    again = client.post(edit, data=shown_form(shown, "/edit") | different)
    assert again.status_code == 409 and "“Beech Tree”" in again.text
    different["answer:beech-tree:Beech Trees"] = "same"
    assert client.post(edit, data=shown_form(again, "/edit") | different).status_code == 409
    different["answer:beech-tree:Beech Trees"] = "affiliate"
    assert client.post(edit, data=shown_form(again, "/edit") | different).status_code == 303


def test_a_look_alike_that_came_since_keeps_a_file_from_being_imported(client: InspectingClient, house: House) -> None:
    registered(house, "Ash Oak Fund")
    client.sign_in("administrator")
    page = "/staff/partners/import"
    csv = "name,contact_name,contact_email\nAsh Oak Funds,Ana,ana@a.example\nBeech Trees,Bo,bo@b.example\n"
    shown = client.submit(page, "/import", csv=csv)
    registered(house, "Beech Tree")
    confirmed = {"answer:2:ash-oak-fund": "different", "act": "import"}
    again = client.post(page, data=shown_form(shown, "/import") | confirmed)
    assert again.status_code == 409 and names(house) == ["Ash Oak Fund", "Beech Tree"]
    shown = client.submit(page, "/import", csv=csv)
    assert "“Beech Tree”" in shown.text
    confirmed["answer:3:beech-tree"] = "affiliate"
    assert client.post(page, data=shown_form(shown, "/import") | confirmed).status_code == 303
    assert names(house)[2:] == ["Ash Oak Funds", "Beech Trees"]
