"""A text comes in through the editor: the form is filled, a list says what was left out, and nothing is saved."""

import io
import zipfile

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from signoff.domain.positions.fields import FIELD_NAMES
from signoff.domain.positions.text import Wording, clean, digest
from signoff.models import Version
from tests.house import House
from tests.inspection import InspectingClient
from tests.text_files import archive, p, word
from tests.web.dump import everything

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
LETTER = word(
    p("Open the yards", style="Titel"),
    p("We ask", style="berschrift1"),
    p("Unlock every yard."),
    header=p("The Coalition"),
)
BODY = "## We ask\n\nUnlock every yard."


def given(client: InspectingClient, path: str, name: str, raw: bytes, **typed: str) -> TestResponse:
    target, served = client.form(path, path.rsplit("/", 1)[-1])
    return client.post(target, data={**dict(served), **typed, "file": (io.BytesIO(raw), name)})


def texts(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Version.body).order_by(Version.id)))


def typed_in(answer: TestResponse) -> dict[str, str]:
    page = BeautifulSoup(answer.text, "html.parser")
    title, body, summary = page.find(id="title"), page.find(id="body"), page.find(id="summary")
    assert title and body and summary
    return {
        "title": str(title["value"]),
        "body": body.get_text().lstrip("\n"),
        "summary": summary.get_text().lstrip("\n"),
    }


def test_a_file_fills_the_form_whichever_button_was_pressed(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    before = everything(house.database)
    for act in ("file", "save", "preview"):
        answer = given(client, "/staff/positions/new", "letter.docx", LETTER, act=act, summary="Open them.")
        assert answer.status_code == 200 and everything(house.database) == before
        assert typed_in(answer) == {"title": "Open the yards", "body": BODY, "summary": "Open them."}
        assert "The text of “letter.docx” is in the form below" in answer.text
        assert "The page header: “The Coalition”" in answer.text
    saved = client.post("/staff/positions/new", data=client.fields_of(answer, "/new") | {"act": "save"})
    assert saved.status_code == 303
    assert texts(house) == [BODY]


def test_of_the_next_version_title_and_earlier_text_stay_in_sight(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.position(session)
        slug, title, old = version.position.slug, version.title, version.body
    client.sign_in("drafter")
    answer = given(client, f"/staff/positions/{slug}/edit", "next.docx", LETTER, act="file", change_note="All new")
    assert typed_in(answer)["title"] == title
    assert typed_in(answer)["body"] == "## Open the yards\n\n" + BODY
    assert "The file’s own title, “Open the yards”, did not replace" in answer.text
    page = BeautifulSoup(answer.text, "html.parser")
    replaced, note = page.select_one(".arrived pre"), page.find(id="change_note")
    assert replaced and replaced.get_text() == old
    assert note and note["value"] == "All new"
    newer = client.post(f"/staff/positions/{slug}/edit", data=client.fields_of(answer, "/edit") | {"act": "save"})
    assert newer.status_code == 303 and len(texts(house)) == 2


def test_a_bad_file_is_refused_and_what_was_typed_stays(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    before = everything(house.database)
    typed = {"title": "Mine", "body": "My own words.", "summary": "Short."}
    for raw, sentence in ((b"%PDF-1.7", "“letter.docx” is a PDF."), (b"PK\3\4", "“letter.docx” is damaged")):
        answer = given(client, "/staff/positions/new", "letter.docx", raw, act="file", **typed)
        assert answer.status_code == 422 and everything(house.database) == before
        assert typed_in(answer) == typed
        error = BeautifulSoup(answer.text, "html.parser").find(id="file-error")
        assert error and sentence in error.get_text()
    nothing = client.submit("/staff/positions/new", "/new", act="file", **typed)
    assert nothing.status_code == 422 and "Please choose a file first." in nothing.text


def test_what_a_text_may_not_hold_is_said_before_it_is_saved(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    answer = given(client, "/staff/positions/new", "a.docx", word(p("See [^9] there.")), act="file")
    error = BeautifulSoup(answer.text, "html.parser").find(id="body-error")
    assert answer.status_code == 200 and error and "there is no footnote for [^9]" in error.get_text()


def test_what_is_pasted_comes_back_in_the_dialect(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    _, served = client.form("/staff/positions/new", "/new")
    token = dict(served)["csrf_token"]
    before = everything(house.database)
    html = "<h1>Ask</h1><p>We <b>need</b> it<img alt='Map'></p>"
    answer = client.post("/staff/positions/pasted", data={"csrf_token": token, "html": html})
    assert answer.get_json() == {
        "text": "## Ask\n\nWe **need** it",
        "left_out": ["A picture, after “Ask We need it”: “Map”"],
    }
    empty = client.post("/staff/positions/pasted", data={"csrf_token": token, "html": "<p></p>"})
    assert empty.status_code == 422 and "has no words" in empty.get_json()["refused"]
    assert everything(house.database) == before
    assert client.post("/staff/positions/pasted", data={"html": html}).status_code == 403


RICH = """We **ask** for *three* things[^1]:

- Money, as [we said](https://example.org/said)
  - each year
- Time

1. First
2. Second

> So says the law.

## Figures

| State | Schools |
| --- | --- |
| Ohio | 12 \\| 13 |

The Senate\\
Washington, DC

[^1]: By *law*."""


PARTS = {
    "kind": "letter", "language": "es", "date_line": "{{date}}", "addressed_to": "Ann Lee\nSenate\n\nBo Rey",
    "salutation": "Dear all:", "closing": "Sincerely,", "copies": "Cy Fox\nDi Gray", "reference": "S. 1",
    "summary": "We, the {{signatory_count}}, ask.\n\nTwice.",
}  # fmt: skip


def all_typed_in(answer: TestResponse) -> dict[str, str]:
    page = BeautifulSoup(answer.text, "html.parser")
    made = {}
    for name in FIELD_NAMES:
        (control, *_) = page.select(f"[name={name}]")
        chosen = control.select_one("option[selected]") if control.name == "select" else control
        assert chosen is not None
        made[name] = control.get_text().lstrip("\n") if control.name == "textarea" else str(chosen.get("value", ""))
    return made


def test_a_word_file_of_ours_comes_in_as_the_text_that_it_was_made_from(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.position(session, "Fund the coordinator", **{**PARTS, "body": RICH})
        slug, digest_of_it, wording = version.position.slug, version.digest, vars(version.wording)
    client.sign_in("drafter")
    raw = client.get(f"/staff/positions/{slug}/versions/1.docx").data
    for path in (f"/staff/positions/{slug}/edit", "/staff/positions/new"):
        answer = given(client, path, "version.docx", raw, act="file", salutation="Hi,", docket="X", body="Old.")
        assert digest(clean(Wording(**all_typed_in(answer)))) == digest_of_it
        assert "It says exactly what version 1 of “Fund the coordinator” says." in answer.text
        assert "What Signoff adds to its Word files: “Links in this text; [1] https" in answer.text
    changed = rewritten(raw, "Time</w:t>", "Time and room</w:t>")
    answer = given(client, f"/staff/positions/{slug}/edit", "version.docx", changed, act="file")
    assert all_typed_in(answer) == {**wording, "body": RICH.replace("- Time", "- Time and room")}
    assert "It says exactly" not in answer.text


def test_without_its_small_print_the_newest_version_tells_the_source(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.position(session, "Fund the coordinator", body="We __ask__.")
        slug, told = version.position.slug, version.digest
    client.sign_in("drafter")
    raw = rewritten(client.get(f"/staff/positions/{slug}/versions/1.docx").data, told, "")
    answer = given(client, f"/staff/positions/{slug}/edit", "version.docx", raw, act="file")
    assert typed_in(answer)["body"] == "We __ask__."


def rewritten(raw: bytes, old: str, new: str) -> bytes:
    """A Word file with other words in its text."""
    with zipfile.ZipFile(io.BytesIO(raw)) as read:
        files = {name: read.read(name) for name in read.namelist()}
    text = files["word/document.xml"].decode()
    assert old in text
    return archive({**files, "word/document.xml": text.replace(old, new).encode()})
