"""GET and HEAD change nothing: no row, on any address, whoever asks; and the database itself would refuse."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from signoff.domain.permissions import Role
from signoff.web.installation import db
from tests.dialects import POSTGRESQL_IN_TORTURE
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.addresses import address, furnish_addresses, rules
from tests.web.dump import everything


@POSTGRESQL_IN_TORTURE
@pytest.mark.parametrize("role", ["", *Role])
def test_get_and_head_of_every_route_change_no_row(
    app: Flask, client: InspectingClient, house: House, role: str
) -> None:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
    if role:
        client.sign_in(role)
    before = everything(house.database)
    assert before["answer"] and before["letter"]
    for rule in rules(app, "GET"):
        path = address(app, rule, filled)
        got, headed = client.get(path), client.head(path)
        assert headed.status_code == got.status_code, rule
        assert headed.data == b""
    assert everything(house.database) == before


def test_a_reading_session_cannot_write(house: House) -> None:
    with house.database.reading() as session, pytest.raises(DBAPIError):
        session.execute(text("UPDATE coalition SET name = 'Mallory'"))
    with house.database.unit_of_work() as session:
        session.execute(text("UPDATE coalition SET name = 'Still the Coalition'"))


def test_reading_methods_get_reading_sessions(app: Flask, house: House) -> None:
    @app.get("/attack")
    def attack() -> str:
        db().execute(text("UPDATE coalition SET name = 'Mallory'"))
        db().commit()
        return "done"

    response = app.test_client().get("/attack")
    assert response.status_code == 500
    with house.database.reading() as session:
        assert session.scalar(text("SELECT name FROM coalition")) == "Coalition for Community Schools"


def test_pages_of_links_set_no_cookie_and_are_not_kept(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        filled = furnish_addresses(house, session)
    response = client.get(f"/r/{filled.secret}")
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in response.headers["X-Robots-Tag"]
    client.sign_in("drafter")
    for path in ("/login", "/staff/", "/staff/record"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    client.sign_out()
    for path in ("/", "/positions/", f"/positions/{filled.slug}", "/partners/", "/principles", "/verify"):
        public = client.get(path)
        assert "Set-Cookie" not in public.headers, path
        assert public.headers["Cache-Control"] == "no-cache"
        again = client.get(path, headers={"If-None-Match": public.headers["ETag"]})
        assert again.status_code == 304
