"""The register in pages: added, changed, asked about when it looks like another, imported, tagged, left."""

import io
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from signoff.models import Entry, Partner
from signoff.web.staff.partners import partner_import as import_pages
from signoff.web.staff.partners import register as register_pages
from tests.house import House
from tests.inspection import InspectingClient

FILE = b"name,level,contact_name,contact_email\nAlder,state,Ana,ana@alder.example\nBirch,,Bo,bo@birch.example\n"


def names(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Partner.name).order_by(Partner.name)))


def newest(house: House) -> str:
    with house.database.reading() as session:
        return str(session.scalars(select(Entry.kind).order_by(Entry.id.desc())).first())


def test_a_partner_is_added_and_a_look_alike_asked_about(client: InspectingClient, house: House) -> None:
    client.sign_in("administrator")
    new, person = "/staff/partners/new", {"contact_name": "Ana Alder", "contact_email": "ana@alder.example"}
    wrong = client.submit(new, new, name="Alder", website="javascript:alert(1)", tags="health, schools", **person)
    assert wrong.status_code == 422 and 'value="health, schools"' in wrong.text and names(house) == []
    assert client.submit(new, new, name="Alder", tags="health, schools", **person).status_code == 303
    person["contact_email"] = "ana@other.example"
    asked = client.submit(new, new, name="AIder", **person)
    assert asked.status_code == 409 and "reads like “Alder”" in asked.text and names(house) == ["Alder"]
    # No answer lets in a second partner whose name reads like another's.
    for answer in ("different", "affiliate", "yes"):
        said = {"answer:alder:AIder": answer, "different": "yes", "asked": question_of(asked)}
        assert client.submit(new, new, name="AIder", **person, **said).status_code == 409
    assert names(house) == ["Alder"]
    # It is the same one: nothing is added, and that is recorded.
    same = client.submit(new, new, name="AIder", **person, **{"answer:alder:AIder": "same"})
    assert same.location == "/staff/partners/alder" and names(house) == ["Alder"]
    assert newest(house) == "name_question_answered"


def test_a_name_that_a_public_text_holds_is_asked_about_and_then_shown(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        for name in ("Elm", "Fir"):
            house.partner(session, name)
        version = house.checked(session, house.position(session, body="Maple Fund stands with us."))
        house.ask(session, version, all_partners(session))
        house.say(session, version, "Fir")
        house.say(session, version, "Elm", "decline")
        house.publish(session, version)
    client.sign_in("administrator")
    page, position = "/staff/partners/elm/edit", "/staff/positions/fund-the-coordinator"
    asked = client.submit(page, page, aliases="Maple Fund")
    assert asked.status_code == 409 and "A public text already contains this name" in asked.text
    assert "names partners that have not approved it" not in client.get(position).text
    answer = {"different": "yes", "asked": question_of(asked)}
    assert client.submit(page, page, aliases="Maple Fund", **answer).status_code == 303
    told = client.get(position).text
    assert "names partners that have not approved it" in told and "maple fund stands with us" in told.lower()


def test_a_name_in_a_public_text_that_its_partner_approved_is_not_asked_about(
    client: InspectingClient, house: House
) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Fir")
        version = house.checked(session, house.position(session, body="Maple Fund stands with us."))
        house.ask(session, version, all_partners(session))
        house.say(session, version, "Fir")
        house.publish(session, version)
    client.sign_in("administrator")
    page = "/staff/partners/fir/edit"
    assert client.submit(page, page, aliases="Maple Fund").status_code == 303


def test_an_import_asks_about_names_that_a_public_text_holds(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Fir", title="With AIder Trust")
        house.say(session, version, "Fir")
        house.publish(session, version)
    client.sign_in("administrator")
    target, served = client.form("/staff/partners/import", "import")
    raw = b"name,contact_name,contact_email\nAIder Trust,Bo,bo@alder.example\n"
    shown = client.post(target, data=dict(served) | {"csv": raw.decode()})
    assert "A public text already contains this name" in shown.text
    act = dict(served) | {
        "csv": raw.decode(),
        "act": "import",
        "shown": shown.text.split('name="shown" value="')[1][:64],
    }
    assert client.post(target, data=act).status_code == 409 and names(house) == ["Fir"]
    looked = {"different": "yes", "asked": question_of(shown)}
    assert client.post(target, data=act | looked | {"asked": "0" * 64}).status_code == 409
    assert client.post(target, data=act | looked).status_code == 303


def question_of(page: TestResponse) -> str:
    """What a page asks about names, as its form carries it."""
    return page.text.split('name="asked" value="')[1][:64]


def all_partners(session: Session) -> Sequence[Partner]:
    return session.scalars(select(Partner)).all()


def test_a_partner_is_changed_leaves_and_comes_back(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
    client.sign_in("administrator")
    page = "/staff/partners/alder"
    assert client.submit(f"{page}/edit", "edit", name="Alder Trust", aliases="AT\nAlders").status_code == 303
    shown = client.get(page).text
    assert "Alder Trust" in shown and "AT; Alders" in shown and "Formerly" in shown
    leaving = client.soup(f"{page}/leave").text
    assert "Stays, marked as having left" in leaving
    assert client.submit(f"{page}/leave", "leave", reason="").status_code == 422
    assert client.submit(f"{page}/leave", "leave", reason="It merged.").status_code == 303
    assert newest(house) == "partner_left" and client.get(f"{page}/leave").status_code == 409
    public = client.get("/positions/fund-the-coordinator").text
    assert "Alder" in public and "left the Coalition" in public
    assert "left the Coalition" in client.get("/positions/fund-the-coordinator.md").text
    assert client.get("/positions/fund-the-coordinator.json").json["signatories"][0]["left_at"]
    assert "Alder" not in client.get("/partners/").text
    client.submit(page, "return")
    assert "left the Coalition" not in client.get("/positions/fund-the-coordinator").text
    assert "returned to the Coalition" in client.get(page).text


def test_an_import_does_exactly_what_was_shown(client: InspectingClient, house: House) -> None:
    client.sign_in("administrator")
    page = "/staff/partners/import"
    target, served = client.form(page, "import")

    def upload(raw: bytes):  # type: ignore[no-untyped-def]
        return client.post(target, data=dict(served) | {"file": (io.BytesIO(raw), "partners.csv")})

    bad = upload(FILE.replace(b"@", b" at "))
    assert bad.status_code == 422 and "Row 2, contact_email" in bad.text.replace(" email", "_email")
    shown = upload(FILE)
    assert shown.status_code == 200 and "Import two partners" in shown.text and names(house) == []
    fields = dict(served) | {"csv": FILE.decode(), "act": "import"}
    assert client.post(target, data=fields | {"shown": "another"}).status_code == 409
    digest = shown.text.split('name="shown" value="')[1][:64]
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
    assert client.post(target, data=fields | {"shown": digest}).status_code == 409 and names(house) == ["Alder"]
    again = upload(FILE).text.split('name="shown" value="')[1][:64]
    assert client.post(target, data=fields | {"shown": again}).status_code == 303
    assert names(house) == ["Alder", "Birch"]


def test_tags_are_given_to_the_ticked_or_to_all_that_were_found(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_pages, "ON_ONE_PAGE", 2)
    with house.database.unit_of_work() as session:
        ids = [house.partner(session, name).id for name in ("Alder", "Birch", "Cedar")]
    client.sign_in("administrator")
    page = "/staff/partners/?q=a&level="
    target, served = client.form(page, "sort=name")
    wrong = client.post(target, data=dict(served) | {"tag": "a; b", "partner": ids[0]})
    assert wrong.status_code == 422 and wrong.text.count("checked") == 1  # what was ticked stays ticked
    assert client.post(target, data=dict(served) | {"tag": "health", "act": "tag"}).status_code == 303  # no one ticked
    client.post(target, data=dict(served) | {"tag": "health", "act": "tag", "partner": ids[:2]})
    assert client.get("/staff/partners/?with=health").text.count('name="partner"') == 2
    stale = client.post(target, data=dict(served) | {"tag": "x", "whom": "all", "shown": "99"})
    assert stale.status_code == 409
    everyone = dict(served) | {"tag": "health", "act": "untag", "whom": "all"}
    preview = client.post(target, data=everyone).text
    assert "Untag two partners" in preview and "One other partner does not have this tag" in preview
    assert client.get("/staff/partners/?with=health").text.count('name="partner"') == 2
    client.post(target, data=everyone | {"confirmed": "yes"})
    assert client.get("/staff/partners/?with=health").text.count('name="partner"') == 0


def test_the_register_is_written_as_csv_without_formulas(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder", public_names=("=1+1 Alder",))
    client.sign_in("drafter")
    text = client.get("/staff/partners.csv").text
    assert text.startswith("\ufeffname,public_names") and "'=1+1 Alder" in text
    assert client.get("/staff/partners/new").status_code == 403


def test_everything_is_found_from_one_box(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", title="Count the buses")
        house.say(session, version, "Alder", "decline", reason="Zebra crossings first.")
    client.sign_in("drafter")
    result = client.soup("/staff/search?q=buses").find("main")
    assert result is not None and "Count the buses" in result.text and "Record" in result.text
    assert "Alder" in client.soup("/staff/search?q=ald").find("main").text  # type: ignore[union-attr]
    assert "No results for" in client.get("/staff/search?q=giraffe").text
    for odd in ("%22", "'", "NEAR(", "a AND", "*", ":", "(", "%00", "é", "x" * 500):
        assert client.get(f"/staff/search?q={odd}").status_code in (200, 422)
    # What a person wrote can be erased, so the record's index never held it.
    assert "No results for" in client.get("/staff/search?q=zebra").text


def test_an_old_form_undoes_nothing_that_came_after_it(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder")
    client.sign_in("administrator")
    target, served = client.form("/staff/partners/alder/edit", "edit")
    client.submit("/staff/partners/alder/edit", "edit", public_names="Alder of Ohio")
    late = client.post(target, data=dict(served) | {"website": "https://alder.example/"})
    assert late.status_code == 409 and "changed this partner in the meantime" in late.text
    assert "Alder of Ohio" in client.get("/staff/partners/alder").text


def test_characters_that_cannot_be_kept_are_refused_alike(client: InspectingClient, house: House) -> None:
    client.sign_in("administrator")
    for page, action, field in (
        ("/staff/partners/new", "new", "name"),
        ("/staff/users/new", "new", "name"),
        ("/staff/account", "tokens", "token_name"),
    ):
        assert client.submit(page, action, **{field: "A\0lder"}).status_code == 422, page
    with house.database.unit_of_work() as session:
        number = house.partner(session, "Alder").id
    tagged = {"tag": "health", "act": "tag", "partner": number, "q": "a\0"}
    assert client.submit("/staff/partners/", "sort=name", **tagged).status_code == 422
    assert newest(house) == "partner_added"


def test_leaving_does_what_was_shown_or_nothing(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
    client.sign_in("administrator")
    target, served = client.form("/staff/partners/alder/leave", "leave")
    with house.database.unit_of_work() as session:
        house.say(session, version, "Alder")
    late = client.post(target, data=dict(served) | {"reason": "It merged."})
    assert late.status_code == 409 and newest(house) == "partner_answered"
    assert client.submit("/staff/partners/alder/leave", "leave", reason="It merged.").status_code == 303


def test_an_import_asks_about_look_alikes_and_takes_only_so_many(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.unit_of_work() as session:
        house.partner(session, "AIder", "Bo Other")
    client.sign_in("administrator")
    target, served = client.form("/staff/partners/import", "import")
    fields = dict(served) | {"csv": FILE.decode()}
    shown = client.post(target, data=fields).text.split('name="shown" value="')[1][:64]
    act = fields | {"act": "import", "shown": shown}
    monkeypatch.setattr(import_pages, "MOST_AT_ONCE", 0)
    assert client.post(target, data=act).status_code == 422 and names(house) == ["AIder"]
    monkeypatch.setattr(import_pages, "MOST_AT_ONCE", 1)
    # A name that reads like another's is left out, whatever is answered.
    assert client.post(target, data=act | {"answer:2:aider": "different"}).status_code == 303
    assert names(house) == ["AIder", "Birch"]


def test_no_partner_stands_behind_the_address_of_a_page(house: House) -> None:
    with house.database.unit_of_work() as session:
        slugs = {house.partner(session, name).slug for name in ("Import", "New", "Tag")}
    assert slugs == {"import-1", "new-1", "tag-1"}
