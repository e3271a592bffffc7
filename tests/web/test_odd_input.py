"""Odd input: a clear answer, nothing stored, and never a page of someone else's making."""

import pytest
from flask import Flask, before_render_template
from sqlalchemy import text

from signoff.services.accounts.api_tokens import make_token
from signoff.web.installation import db
from tests.house import House
from tests.inspection import InspectingClient


@pytest.mark.parametrize("wanted", ["//[", "http://[x", "///x", "/\\x", "/ok\nx"])
def test_an_odd_next_address_leads_nowhere(client: InspectingClient, wanted: str) -> None:
    assert client.get("/login", query_string={"next": wanted}).status_code == 200


@pytest.mark.parametrize("deadline", ["9999-12-31T23:59", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "x"])
def test_an_odd_deadline_is_said_at_its_field(client: InspectingClient, house: House, deadline: str) -> None:
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
        house.partner(session, "Alder")
    client.sign_in("publisher")
    path = "/staff/positions/fund-the-coordinator/versions/1/ask"
    response = client.submit(path, "/ask", deadline=deadline, partner="1", act="preview")
    assert response.status_code == 422
    assert 'id="deadline-error"' in response.text


def test_a_refusal_after_a_rollback_is_still_a_page(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
    client.sign_in("publisher")
    path = "/staff/positions/fund-the-coordinator/retire"
    target, served = client.form(path, "/retire")
    with house.database.unit_of_work() as session:
        house.retire(session, version)
    response = client.post(target, data={**dict(served), "reason": ""})
    assert response.status_code in (409, 422)
    assert "Publisher Person" in response.text


def test_a_refusal_by_the_database_itself_is_a_page_too(app: Flask, client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.position(session)
    client.sign_in("drafter")
    target, served = client.form("/staff/positions/fund-the-coordinator/edit", "/edit")

    def broken(slug: str) -> str:
        db().execute(text("UPDATE version SET title = 'Mallory'"))
        return "done"

    broken.access = app.view_functions["staff.save_edit"].access  # type: ignore[attr-defined]
    app.view_functions["staff.save_edit"] = broken
    response = client.post(target, data=dict(served))
    assert response.status_code == 409
    assert "Nothing was changed" in response.text and "Drafter Person" in response.text


def test_previewing_holds_no_one_up(client: InspectingClient, house: House) -> None:
    """A preview is a POST that stores nothing: while it is made, someone else can write."""
    client.sign_in("drafter")
    target, served = client.form("/staff/positions/new", "/new")
    data = {**dict(served), "title": "T", "summary": "S", "body": "B", "act": "preview"}

    def write_meanwhile(*_sender: object, **_more: object) -> None:
        with house.database.unit_of_work() as session:
            session.execute(text("UPDATE coalition SET website = 'written meanwhile'"))

    with before_render_template.connected_to(write_meanwhile, client.app):
        assert client.post(target, data=data).status_code == 200
    with house.database.reading() as session:
        assert session.scalar(text("SELECT website FROM coalition")) == "written meanwhile"


def test_a_redirect_stays_where_the_reader_is(client: InspectingClient) -> None:
    response = client.get("/partners", headers={"Host": "evil.example"})
    assert response.status_code == 308
    assert response.location == "/partners/"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[" * 100_000, "application/json", 400),
        (b"{", "application/json", 400),
        (b"null", "application/json", 422),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"\xff", "application/json", 400),
        (b"x" * 1_100_000, "application/json", 413),
    ],
)
def test_what_is_not_json_is_said_to_be_none(
    client: InspectingClient, house: House, body: bytes, kind: str, status: int
) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "drafter")
        token = make_token(house.act(session, user.actor), user, name="t")
    response = client._client.post(
        "/api/v1/positions", data=body, content_type=kind, headers={"Authorization": f"Bearer {token}"}
    )
    assert (response.status_code, response.content_type) == (status, "application/problem+json")


def test_a_token_is_taken_as_a_bearer_and_in_no_other_way(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "drafter")
        token = make_token(house.act(session, user.actor), user, name="t")
    schemes = {scheme: {"Authorization": f"{scheme} {token}"} for scheme in ("Bearer", "bearer", "Basic", "Token")}
    statuses = {
        scheme: client._client.get("/api/v1/partners", headers=headers).status_code
        for scheme, headers in schemes.items()
    }
    assert statuses == {"Bearer": 200, "bearer": 200, "Basic": 401, "Token": 401}


def test_a_position_called_new_can_be_reached(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        assert house.position(session, "New").position.slug == "new-1"
    client.sign_in("drafter")
    assert client.soup("/staff/positions/new-1").h1.text == "New"  # type: ignore[union-attr]


def test_a_text_with_a_wide_table_is_shown_word_for_word(client: InspectingClient, house: House) -> None:
    wide = "|".join("abcdefghijklmnopqrstuvwxyz")
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, body=f"{wide}\n\n    {wide}"))
        house.publish(session, version)
    page = client.soup("/positions/fund-the-coordinator")
    assert page.text.count(wide) == 2 and page.table is not None
