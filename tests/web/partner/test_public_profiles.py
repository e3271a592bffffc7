"""A partner's own words and logo from its link's page to the public pages, and off them again."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from signoff.backups.export import export
from tests.domain.test_pictures import drawn
from tests.house import House
from tests.inspection import InspectingClient
from tests.posting import LOGO, WORDS
from tests.spreadsheets import partner_file
from tests.web.dump import everything
from tests.web.test_every_typed_field import BLANK, HIDDEN, WORD

SIGNED = {"full_name": "Ana Alder"}
OWN = {"own_logo": "yes", **SIGNED}
NOTICE = {"place": "Cleveland, OH", "month": "2027-01", "words": "Three rooms open.", **SIGNED}
STAFF = "/staff/partners/alder/profile"
ADDRESS = f"/partners/alder/logo-{LOGO.digest}.png"


@pytest.fixture
def dialect() -> str:
    """Pages do not depend on the database."""
    return "sqlite"


@pytest.fixture
def link(house: House) -> str:
    """The page of Alder's link about its own public page."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        return f"/r/{house.secret(house.link(session, version, 'Alder'))}/profile"


def upload(client: InspectingClient, page: str, content: bytes, **fields: str) -> TestResponse:
    return client.submit(page, page.removeprefix("/r/") + "/logo", logo=(BytesIO(content), "logo.png"), **fields)


def public(app: Flask) -> dict[str, str]:
    """What a reader gets of each public page that may show it."""
    paths = ("/", "/partners/map", "/partners/", "/partners/alder", "/partners/map/oh")
    return {path: app.test_client().get(path).text for path in paths}


def test_from_the_partner_past_staff_to_the_public_and_back(
    app: Flask, client: InspectingClient, house: House, link: str
) -> None:
    before = public(app)
    assert client.submit(link, "/description", words=WORDS, **SIGNED).location.endswith("/profile#own-description")
    assert upload(client, link, drawn("PNG"), **OWN).status_code == 303
    assert client.submit(link, "/notice", **NOTICE).status_code == 303
    assert client.get(link).text.count("waiting for the Coalition’s staff") == 3
    assert public(app) == before and app.test_client().get(ADDRESS).status_code == 404
    client.sign_in("publisher")
    assert client.get("/staff/").text.count("for its public page") == 3
    for number in (1, 2, 3):
        assert client.submit(STAFF, f"/postings/{number}", settle="accept").status_code == 303
    home, states, directory, alder, ohio = public(app).values()
    # The first page names partners as signatories of what it shows, and not otherwise.
    assert home == before["/"]
    assert ("Three rooms open." in states, "January 2027" in states, WORDS in states, ADDRESS in states) == (
        *(True, True),
        *(False, False),
    )
    assert (WORDS in directory, ADDRESS in directory, "Three rooms" in directory) == (True, True, False)
    assert WORDS in alder and f'src="{ADDRESS}" width="120" height="60" alt="Alder"' in alder
    assert "Cleveland, Ohio" in alder and "Three rooms open." in ohio
    got = app.test_client().get(ADDRESS)
    assert (got.status_code, got.content_type, got.data) == (200, "image/png", LOGO.content)
    # No cache on the way may show it after it was taken back.
    assert got.headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": got.headers["ETag"]}
    assert app.test_client().get(ADDRESS, headers=known).status_code == 304
    for path in ("/partners/birch", "/partners/nobody"):
        assert app.test_client().get(ADDRESS.replace("/partners/alder", path)).status_code == 404
    assert client.submit(STAFF, "/postings/3/remove", reason="It is over.").status_code == 303
    assert "Three rooms open." not in "".join(public(app).values())
    assert client.submit(link, "/take-back", posting="2", **SIGNED).status_code == 303
    assert app.test_client().get(ADDRESS, headers=known).status_code == 404 and ADDRESS not in "".join(
        public(app).values()
    )
    assert client.submit(STAFF, "/profile", kind="description", words="We read.").status_code == 303
    assert "We read." in public(app)["/partners/alder"] and WORDS not in "".join(public(app).values())


def elsewhere(app: Flask, client: InspectingClient, house: House, folder: Path) -> list[bool]:
    """Where Alder's words and logo are besides: API, search, the register's file, and the export."""
    with house.database.reading() as session:
        export(session, folder, at=house.clock(), base_url=house.settings.base_url)
    listed = app.test_client().get("/api/v1/partners").json["items"][0]  # type: ignore[index]
    register = client.get("/staff/partners.csv").text
    kept = json.loads((folder / "partners.json").read_text())[0]
    picture = folder / "logos/alder.png"
    return [
        listed["description"] == WORDS,
        listed["logo_url"] == house.settings.base_url + ADDRESS,
        ">Alder</bdi>" in app.test_client().get("/partners/?q=reading").text,
        WORDS in register and WORDS in (folder / "partners.csv").read_text() and kept["description"] == WORDS,
        f",{house.settings.base_url}{ADDRESS}" in register,
        kept["logo"] == "logos/alder.png" and picture.exists() and picture.read_bytes() == LOGO.content,
    ]


def test_files_api_and_search_have_what_the_public_page_shows(
    app: Flask, client: InspectingClient, house: House, link: str, tmp_path: Path
) -> None:
    client.submit(link, "/description", words=WORDS, **SIGNED)
    upload(client, link, drawn("PNG"), **OWN)
    client.sign_in("publisher")
    assert elsewhere(app, client, house, tmp_path / "proposed") == [False] * 6
    for number in (1, 2):
        client.submit(STAFF, f"/postings/{number}", settle="accept")
    assert elsewhere(app, client, house, tmp_path / "shown") == [True] * 6
    # Only a proposal that staff let through becomes public: an import says that it leaves these columns out.
    left_out = partner_file(client.get("/staff/partners.csv").data).left_out
    assert left_out == ("Columns left out: description, logo.",)
    for number in (1, 2):
        client.submit(link, "/take-back", posting=str(number), **SIGNED)
    assert elsewhere(app, client, house, tmp_path / "gone") == [False] * 6


def test_the_logo_goes_with_the_partners_page(app: Flask, client: InspectingClient, house: House, link: str) -> None:
    upload(client, link, drawn("PNG"), **OWN)
    client.sign_in("publisher")
    client.submit(STAFF, "/postings/1", settle="accept")
    assert app.test_client().get(ADDRESS).status_code == 200
    with house.database.unit_of_work() as session:
        house.leaves(session, "Alder")
    assert [app.test_client().get(path).status_code for path in ("/partners/alder", ADDRESS)] == [404, 404]
    assert ADDRESS not in app.test_client().get("/partners/").text


def test_what_is_refused_comes_back_with_what_was_typed(client: InspectingClient, house: House, link: str) -> None:
    for content, fields, sentence in (
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", OWN, "SVG and other kinds of files are not accepted"),
        (drawn("PNG", (30_000, 1_000), "1"), OWN, "million pixels"),
        (drawn("PNG"), SIGNED, "Please confirm this."),
        (b"", OWN, "Please choose a file."),
        (drawn("PNG"), OWN | {"full_name": "Eve"}, "This link was sent to Ana Alder"),
    ):
        refused = upload(client, link, content, **fields)
        assert (refused.status_code, sentence in refused.text) == (422, True), sentence
    much, form = b"\x89PNG" * 2_000_000, "multipart/form-data; boundary=b"
    assert client.post(f"{link}/logo", data=much, content_type=form).status_code == 413
    assert client.post("/r/" + "A" * 43 + "/profile/logo", data={"logo": "x"}).status_code == 404
    assert client.post(f"{link}/description", data={"words": WORDS, **SIGNED}).status_code == 422
    assert [client.get(f"{link}/{act}").status_code for act in ("logo", "take-back")] == [302, 302]
    client.sign_in("publisher")
    client.submit(link, "/notice", **NOTICE)
    answer = client.submit(STAFF, "/postings/1", settle="refuse", reason="")
    assert (answer.status_code, "Please fill this in." in answer.text) == (422, True)
    assert client.submit(STAFF, "/profile", kind="description", words="Friends of Birch.").status_code == 422


def test_no_field_takes_what_cannot_be_seen(client: InspectingClient, house: House, link: str) -> None:
    fields = [("description", {"words": WORDS, **SIGNED}), ("notice", NOTICE)]
    for act, sent in fields:
        for field in set(sent) - {"month"}:
            for typed in [WORD.format(hidden) for hidden in HIDDEN] + BLANK:
                refused = client.submit(link, f"/{act}", **{**sent, field: typed})
                assert refused.status_code == 422, (field, typed)


def test_no_field_of_staff_takes_what_cannot_be_seen(client: InspectingClient, house: House, link: str) -> None:
    for _ in range(2):
        client.submit(link, "/notice", **NOTICE)
    client.sign_in("publisher")
    assert client.submit(STAFF, "/postings/1", settle="accept").status_code == 303
    before = everything(house.database)
    for typed in [WORD.format(hidden) for hidden in HIDDEN] + BLANK:
        for form, field, sent in (
            ("/postings/1/remove", "reason", {}),
            ("/postings/2", "reason", {"settle": "refuse"}),
            ("/profile", "words", {"kind": "description"}),
        ):
            refused = client.submit(STAFF, form, **{**sent, field: typed})
            assert refused.status_code == 422, (form, typed)
    assert everything(house.database) == before
    assert client.submit(STAFF, "/postings/2", settle="refuse", reason="Birch").status_code == 303


def test_the_summary_of_problems_calls_each_field_what_its_label_says(client: InspectingClient, link: str) -> None:
    for kind, label in (("description", "Description"), ("notice", "What is starting")):
        shown = client.submit(link, f"/{kind}", **NOTICE | {"words": "See https://alder.example"})
        assert f'<a href="#{kind}-words">{label}</a>' in shown.text
