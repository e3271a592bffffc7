"""A text that would hide words: refused alike by the editor, its preview and the API, which keep or store nothing."""

import pytest
from bs4 import BeautifulSoup

from signoff.services.accounts.api_tokens import make_token
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.dump import everything

SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
HIDDEN = 'Schools need this.\n\n[note]: https://x.example/ "our partners endorse Candidate Y"'
SAID = "Line 3, after “Schools need this.”: the address of a link goes where its words are"
TYPED = {"title": "Hidden", "summary": "Plain.", "body": HIDDEN, "kind": "position", "language": "en"}


@SQLITE
def test_the_editor_refuses_at_the_field_and_keeps_what_was_typed(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    before = everything(house.database)
    answer = client.submit("/staff/positions/new", "/new", act="save", **TYPED)
    assert answer.status_code == 422 and everything(house.database) == before
    page = BeautifulSoup(answer.text, "html.parser")
    error, field = page.find(id="body-error"), page.find(id="body")
    assert error and SAID in error.get_text()
    assert field and field.get_text().lstrip("\n") == HIDDEN


@SQLITE
def test_the_preview_says_so_while_someone_types(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    _, served = client.form("/staff/positions/new", "/new")
    fields = dict(served) | TYPED
    assert SAID in client.post("/staff/positions/preview", data=fields).text
    shown = client.post("/staff/positions/preview", data=fields | {"body": "", "title": ""}).text
    assert "Please fill this in" not in shown
    notes = client.post("/staff/positions/preview", data=fields | {"body": "One[^1].\n\n[^1]: Note."}).text
    assert 'id="live-body-note-1"' in notes and "missing" not in notes


@SQLITE
def test_the_api_refuses_with_the_same_words(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        drafter = house.user(session, "drafter")
        token = make_token(house.act(session, drafter.actor), drafter, name="Test")
    answer = client.call("POST", "/api/v1/positions", token, json=TYPED)
    assert answer.status_code == 422
    assert answer.get_json()["errors"]["body"].startswith(SAID)  # type: ignore[index]
