"""The Coalition's page: public pages show what an administrator sets there, and of files only pictures come in."""

import re
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.house import House
from tests.inspection import InspectingClient
from tests.word_files import WordFile

PAGE = "/staff/coalition"
HEAD = {"address": "4301 Example Avenue NW\nWashington, DC 20008", "phone": "202-555-0100"}


def drawn(kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, kind)
    return file.getvalue()


def saved(client: InspectingClient, raw: bytes = b"", **typed: str) -> object:
    target, served = client.form(PAGE, "/staff/coalition")
    given = {"logo": (BytesIO(raw), "logo.png")} if raw else {}
    return client.post(target, data={**dict(served), **typed, **given}, content_type="multipart/form-data")


def _is_mark(address: object) -> bool:
    return re.fullmatch(r"/static/mark\.[0-9a-f]{12}\.svg", str(address)) is not None


def test_the_letterhead_and_the_logo_stand_on_public_pages(client: InspectingClient) -> None:
    plain = client.soup("/")
    assert [_is_mark(image["src"]) for image in plain.select("header img")] == [True]
    assert not plain.select("footer address")
    client.sign_in("administrator")
    assert saved(client, drawn(), own_logo="yes", **HEAD).status_code == 303  # type: ignore[attr-defined]
    page = client.soup("/")
    (image,) = page.select("header img")
    assert (image["width"], image["height"], image["alt"]) == ("60", "40", "")
    assert [line.get_text() for line in page.select("footer address span")] == [
        *HEAD["address"].split("\n"),
        HEAD["phone"],
    ]
    answer = client.get(str(image["src"]))
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Image.open(BytesIO(answer.data)).size == (60, 40)
    assert client.submit(PAGE, "/logo/remove").status_code == 303
    assert client.get(str(image["src"])).status_code == 404
    assert [_is_mark(image["src"]) for image in client.soup("/").select("header img")] == [True]
    assert "were changed: address, phone, logo" in client.get("/staff/record").text


@pytest.mark.parametrize(
    ("raw", "own", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "yes", "Please choose a PNG or JPEG file."),
        (drawn()[:70], "yes", "This picture is damaged and cannot be read."),
        (drawn("JPEG"), "", "Please confirm this."),
    ],
)
def test_another_file_is_refused_and_what_was_typed_stays(
    client: InspectingClient, raw: bytes, own: str, sentence: str
) -> None:
    client.sign_in("administrator")
    answer = saved(client, raw, own_logo=own, **HEAD)
    assert answer.status_code == 422 and sentence in answer.text  # type: ignore[attr-defined]
    assert HEAD["phone"] in answer.text and "Nothing was saved." in answer.text  # type: ignore[attr-defined]
    assert [_is_mark(image["src"]) for image in client.soup("/").select("header img")] == [True]


def test_saving_what_is_there_already_changes_nothing(client: InspectingClient) -> None:
    client.sign_in("administrator")
    saved(client, **HEAD)
    saved(client, phone=" 202-555-0100")
    assert "Nothing was changed." in client.get(PAGE).text


def test_a_new_position_begins_with_the_press_contact_and_may_go_without(
    client: InspectingClient,
) -> None:
    client.sign_in("administrator")
    saved(client, press_contact="Paul Reyes\npress@coalition.example")
    client.sign_in("drafter")
    editor = client.soup("/staff/positions/new")
    assert editor.select_one("#press_contact").get_text().strip() == "Paul Reyes\npress@coalition.example"  # type: ignore[union-attr]
    assert not editor.select("details[data-parts][open]")
    words = {"title": "Open the yards", "summary": "Open them.", "body": "Unlock every yard."}
    client.submit("/staff/positions/new", "/new", **words, press_contact="")
    assert "Paul Reyes" not in client.get("/staff/positions/open-the-yards/versions/1").text


def test_another_kind_takes_nothing_away(client: InspectingClient) -> None:
    client.sign_in("drafter")
    words = {"title": "Open the yards", "summary": "Open them.", "body": "Unlock every yard."}
    client.submit("/staff/positions/new", "/new", **words, kind="letter", salutation="Dear Chair Lee:", docket="ED-1")
    client.submit(
        "/staff/positions/open-the-yards/edit", "/edit", kind="position", change_note="It is no letter any more"
    )
    page = client.soup("/staff/positions/open-the-yards/versions/2").get_text()
    assert "Dear Chair Lee:" in page and "ED-1" in page
    editor = client.soup("/staff/positions/open-the-yards/edit")
    assert editor.select_one("#salutation")["value"] == "Dear Chair Lee:"  # type: ignore[index]
    assert [group.get_text() for group in editor.select("[data-kinds] > legend")] == [
        "Any kind",
        "Letter, testimony and comment on a rule",
        "Testimony",
        "Comment on a rule",
    ]


def test_papers_have_the_letterhead_as_it_is_when_they_are_made(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
        secret = house.secret(house.link(session, version, "Alder"))
    client.sign_in("administrator")
    papers = ("/positions/fund-the-coordinator.pdf", f"/r/{secret}/receipt.pdf")
    assert [_pictures_and_words(client, paper)[0] for paper in papers] == [[], []]
    saved(client, drawn(), own_logo="yes", **HEAD)
    for paper in papers:
        pictures, words = _pictures_and_words(client, paper)
        assert pictures == [(60, 40)]
        assert "4301 Example Avenue NW Washington, DC 20008 202-555-0100" in words
    assert "4301 Example" not in client.get("/positions/fund-the-coordinator/proof").text
    assert "4301 Example" not in client.get("/positions/fund-the-coordinator/text").text


def _pictures_and_words(client: InspectingClient, paper: str) -> tuple[list[tuple[int, int]], str]:
    answer = client.get(paper)
    assert b"pdfuaid" in answer.data and b"<pdfaid:part>3" in answer.data
    first = PdfReader(BytesIO(answer.data)).pages[0]
    return [image.image.size for image in first.images if image.image], " ".join(first.extract_text().split())


def test_word_files_have_the_logo_with_a_name_for_who_cannot_see_it(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.position(session)
    client.sign_in("administrator")
    address = "/staff/positions/fund-the-coordinator/versions/1.docx"
    assert WordFile(client.get(address).data).pictures == {}
    saved(client, drawn(), own_logo="yes", **HEAD)
    file = WordFile(client.get(address).data)
    (content,) = file.pictures.values()
    assert Image.open(BytesIO(content)).size == (60, 40)
    (called,) = [one for one in file.part("header_first").iter() if one.tag.endswith("}docPr")]
    assert called.get("descr") == "Logo of Coalition for Community Schools"
    (led,) = file.parts["word/_rels/header_first.xml.rels"]
    assert f"word/{led.get('Target')}" in file.pictures
