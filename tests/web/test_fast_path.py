"""Pages answered from memory: byte for byte what the application says, to anyone alike, and never to someone known."""

import gzip
import io
import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from signoff.db.schema import upgrade
from signoff.models import Version
from signoff.web.access import access_of
from signoff.web.kept_pages import kept_of
from signoff.web.page_cache import _BESIDES, PageCache, kept_answer
from tests.house import House
from tests.promise.surfaces import addresses
from tests.served import bring_back, take_away
from tests.web.test_queries import counted

PAGE = "/positions/fund-the-coordinator"
SQUEEZED = {"Accept-Encoding": "br, gzip;q=0.8"}
# By hand: every route that may be answered from memory.
KEPT = {
    *("api.edition", "api.editions", "api.partners", "api.position", "api.positions", "api.principles"),
    *("public.as_delivered", "public.checkpoint", "public.delivered_file", "public.edition", "public.embed"),
    *("public.feed", "public.home", "public.matrix", "public.partner", "public.partner_map", "public.partners"),
    *("public.partners_in_state", "public.position", "public.position_json", "public.position_markdown"),
    *("public.position_pdf", "public.position_text", "public.position_word", "public.positions", "public.principles"),
    *("public.robots", "public.signatories_csv", "public.sitemap", "public.verify", "public.version"),
    *("public.meetings", "public.version_text"),
}


@pytest.fixture
def plain(app: Flask, house: House) -> FlaskClient:
    """A program that reads, without cookies; Alder stands on a published position."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
        house.seal(session)
    return app.test_client(use_cookies=False)


def queries(app: Flask, client: FlaskClient, path: str, **headers: str) -> int:
    """How many statements the application itself needs for an answer: none where it is answered from memory."""
    with counted(app) as statements:
        client.get(path, headers=headers)
    return len(statements)


def test_only_these_pages_are_kept_and_all_are_for_everyone(app: Flask) -> None:
    kept = {endpoint for endpoint in app.view_functions if kept_of(app, endpoint)}
    assert kept == KEPT
    for endpoint in kept:
        access = access_of(app, endpoint)
        assert access is not None and access.audience in ("public", "api") and access.act is None, endpoint


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_answer_from_memory_is_the_applications_own(app: Flask, house: House, plain: FlaskClient) -> None:
    """Compared with the answer to a request for a range, which Flask gives; and under another Host."""
    routes = app.url_map.bind("127.0.0.1")
    listed = addresses(app, house, links=False, left_out=("public.readyz",))
    paths = [path for path in listed if kept_of(app, routes.match(path)[0])]
    compared = 0
    for path in paths:
        own = plain.get(path, headers={"Range": "bytes=0-1"})
        if own.status_code != 200:
            continue
        compared += 1
        plain.get(path)
        assert queries(app, plain, path) == 0, path
        again = plain.get(path, headers={"Host": "elsewhere.example:8443", "User-Agent": "Other", "Accept": "*/*"})
        assert (again.status_code, again.data) == (200, own.data), path
        assert _headers(again) == _headers(own), path
        squeezed = plain.get(path, headers=SQUEEZED)
        is_gzip = squeezed.headers.get("Content-Encoding") == "gzip"
        assert (gzip.decompress(squeezed.data) if is_gzip else squeezed.data) == own.data, path
        assert not is_gzip or len(squeezed.data) < len(own.data)
        head = plain.head(path, headers=SQUEEZED)
        assert (head.data, dict(head.headers)) == (b"", dict(squeezed.headers)), path
    assert compared > 20


def _headers(response) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """Without the date, which the server adds, and without what belongs to an encoding."""
    vary = {"Vary": response.headers.get("Vary", "").removesuffix("Accept-Encoding").removesuffix(", ")}
    return {name: value for name, value in {**response.headers, **vary}.items() if name != "Date"}


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_reader_who_has_the_page_gets_304_in_each_encoding(plain: FlaskClient) -> None:
    known = [plain.get(PAGE, headers=more).headers["ETag"] for more in ({}, SQUEEZED)]
    assert known[0] != known[1] and all(not etag.startswith("W/") for etag in known)
    for etag, more in zip(known, ({}, SQUEEZED), strict=True):
        for said in (etag, f'"other", {etag}', f"W/{etag}", "*"):
            response = plain.get(PAGE, headers={**more, "If-None-Match": said})
            assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", etag)
            assert "Content-Length" not in response.headers and response.headers["Cache-Control"] == "no-cache"
    assert plain.get(PAGE, headers={"If-None-Match": known[1]}).status_code == 200


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_who_is_known_and_what_was_not_foreseen_goes_to_the_application(app: Flask, plain: FlaskClient) -> None:
    plain.get(PAGE)
    assert queries(app, plain, PAGE) == 0
    for headers in ({"Cookie": "a=b"}, {"Authorization": "Bearer x"}, {"Cookie": ""}, {"Authorization": ""}):
        assert queries(app, plain, PAGE, **headers) > 0, headers
    for path in (f"{PAGE}?unknown=1", "/positions/?q=fund", "/verify?digest=ff", f"{PAGE}/delivered?on=2026-11-24"):
        plain.get(path)
        assert queries(app, plain, path) > 0, path
    for path in ("/positions/?kind=", "/partners/?level=national", f"{PAGE}/delivered"):
        plain.get(path)
        assert queries(app, plain, path) == 0, path
    assert plain.post(PAGE).status_code == 405
    assert plain.get(PAGE, headers={"Host": "."}).status_code == 400


def test_the_second_after_an_act_the_page_says_so(app: Flask, house: House, plain: FlaskClient) -> None:
    """On both databases, in each format, and in another process's memory too: here another application."""
    for path in (PAGE, f"{PAGE}.json", f"{PAGE}/signatories.csv", "/partners/alder", "/api/v1/positions"):
        plain.get(path)
        assert queries(app, plain, path) == 0
    with house.database.unit_of_work() as session:
        house.clock.advance(seconds=1)
        house.withdraw(session, session.get_one(Version, 1), "Alder")
    for path in (PAGE, f"{PAGE}.json", f"{PAGE}/signatories.csv"):
        assert b"Alder" not in plain.get(path).data, path
    assert b"Fund the" not in plain.get("/partners/alder").data
    with house.database.unit_of_work() as session:
        house.retire(session, session.get_one(Version, 1))
    assert b"retired" in plain.get(PAGE).data and plain.get(f"{PAGE}.json").status_code == 404
    with house.database.unit_of_work() as session:  # undone: nothing has changed
        house.partner(session, "Cedar")
        session.rollback()
    assert queries(app, plain, PAGE) == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_page_that_time_changes_is_kept_no_longer(house: House, app: Flask, plain: FlaskClient) -> None:
    with house.database.unit_of_work() as session:
        house.open_sign_on(session, session.get_one(Version, 1))
    assert b"/sign-on" in plain.get(PAGE).data
    house.clock.advance(minutes=5)
    assert queries(app, plain, PAGE) == 0
    with house.database.unit_of_work() as session:
        house.move(session, session.get_one(Version, 1), house.clock() + timedelta(days=1))
    house.clock.advance(days=1)  # the last instant, a day before the opening ends by itself
    assert b"/sign-on" in plain.get(PAGE).data
    house.clock.advance(seconds=1)
    assert b"/sign-on" not in plain.get(PAGE).data


def test_a_database_that_is_away_is_told_of_and_comes_back(app: Flask, house: House, plain: FlaskClient) -> None:
    app.testing = False
    first = plain.get(PAGE)
    take_away(house.database)
    away = plain.get(PAGE)
    assert away.status_code == 503 and b"Alder" not in away.data
    bring_back(house.database)
    assert (plain.get(PAGE).data, plain.get(PAGE).status_code) == (first.data, 200)
    assert queries(app, plain, PAGE) == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_first_answer_of_a_process_has_the_coalitions_own_name(plain: FlaskClient) -> None:
    with zipfile.ZipFile(io.BytesIO(plain.get(f"{PAGE}.docx").data)) as file:
        words = file.read("word/document.xml").decode()
    assert "By a reviewer of the Coalition for Community Schools who" in words and "of the Signoff" not in words
    assert plain.get(f"/oembed?url=http://127.0.0.1:8000{PAGE}").json["provider_name"] != "Signoff"  # type: ignore[index]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_pages_are_made_again_once_triggers_were_laid_again(app: Flask, house: House, plain: FlaskClient) -> None:
    plain.get(PAGE)
    assert queries(app, plain, PAGE) == 0
    with house.database.migrating.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER partner_update_moves")
        connection.exec_driver_sql("UPDATE partner SET website = 'https://alder.example/new'")
    upgrade(house.database)
    assert b"alder.example/new" in plain.get(PAGE).data


@pytest.fixture
def small() -> Iterator[PageCache]:
    yield PageCache(most_bytes=10_000 + 3 * _BESIDES)


def test_memory_has_a_bound_and_keeps_what_was_read_last(small: PageCache) -> None:
    headers = [("ETag", '"a"'), ("Content-Type", "image/png")]
    for number in range(5):
        small.keep((str(number),), kept_answer(os.urandom(3_000), headers, {0: "a"}))
        small.get(("0",))
    assert [number for number in range(5) if small.get((str(number),))] == [0, 3, 4]
    small.keep(("large",), kept_answer(bytes(30_000), headers, {0: "a"}))
    assert small.get(("large",)) is None and small.get(("0",)) is not None
    small.drop(("0",))
    assert small.get(("0",)) is None


def test_a_million_small_answers_take_no_more_room_than_large_ones(small: PageCache) -> None:
    headers = [("ETag", '"a"'), ("Content-Type", "application/json")]
    for number in range(9):
        small.keep(
            ("", "/api/v1/positions", f"after={number}{'&limit=1' * 500}"), kept_answer(b"{}", headers, {0: "a"})
        )
    assert len(small._answers) == 2
