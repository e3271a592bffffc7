"""The shared draft of the next version: two drafters lose nothing, five states stay, and no one outside sees it."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from signoff.models import Comment, DraftState, Entry, Version
from tests.house import House
from tests.inspection import InspectingClient

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def begun(house: House) -> str:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.publish(session, version)
        house.add_user(session, "second", ["drafter"])
        return version.position.slug


def states(house: House) -> list[tuple[int, str]]:
    with house.database.reading() as session:
        rows = session.scalars(select(DraftState).order_by(DraftState.number)).all()
        return [(row.number, row.content["body"]) for row in rows]


def body_of(html: str) -> str:
    field = BeautifulSoup(html, "html.parser").find(id="body")
    assert field
    return field.get_text().lstrip("\n")


def draft(client: InspectingClient, slug: str, body: str, **more: str) -> int:
    answer = client.submit(f"/staff/positions/{slug}/edit", "/edit", act="draft", body=body, **more)
    return answer.status_code


def test_a_draft_is_shared_kept_five_times_restored_and_becomes_a_version(
    client: InspectingClient, house: House
) -> None:
    slug = begun(house)
    client.sign_in("drafter")
    with house.database.reading() as session:
        entries = len(session.scalars(select(Entry)).all())
    for number in range(1, 8):
        assert draft(client, slug, f"Unlock yard {number}", title="") == 303  # it may be incomplete
    assert draft(client, slug, "Unlock yard 7", title="") == 303, "without a change no state is added"
    assert states(house) == [(number, f"Unlock yard {number}") for number in range(3, 8)]

    client.sign_in("second")
    page = client.get(f"/staff/positions/{slug}/edit").text
    assert body_of(page) == "Unlock yard 7" and "This is the shared draft" in page
    assert client.submit(f"/staff/positions/{slug}/edit", "/draft/restore", state="4").status_code == 303
    assert states(house)[-1] == (8, "Unlock yard 4") and len(states(house)) == 5
    gone = client.submit(f"/staff/positions/{slug}/edit", "/draft/restore", state="1")
    assert gone.status_code == 404

    for path in (f"/positions/{slug}", f"/positions/{slug}.json", "/positions/feed.atom", f"/positions/{slug}/proof"):
        assert "Unlock yard" not in client.get(path).text
    with house.database.reading() as session:
        assert len(session.scalars(select(Entry)).all()) == entries, "a draft leaves nothing in the record"

    saved = client.submit(f"/staff/positions/{slug}/edit", "/edit", act="save", title="Yards", change_note="All new")
    assert saved.status_code == 303 and states(house) == []
    with house.database.reading() as session:
        assert session.scalars(select(Version.body).order_by(Version.id)).all()[-1] == "Unlock yard 4"


def test_of_two_drafters_the_second_sees_both_texts_and_loses_nothing(client: InspectingClient, house: House) -> None:
    slug = begun(house)
    client.sign_in("drafter")
    assert draft(client, slug, "Began.") == 303
    target, served = client.form(f"/staff/positions/{slug}/edit", "/edit")
    assert draft(client, slug, "Theirs.") == 303
    mine = dict(served) | {"body": "Mine.", "change_note": "Shorter"}
    for act in ("draft", "save"):
        refused = client.post(target, data=mine | {"act": act})
        assert refused.status_code == 409 and body_of(refused.text) == "Mine."
        beside = BeautifulSoup(refused.text, "html.parser").select_one(".beside pre")
        assert beside and "Theirs." in refused.text.split("newer-heading")[-1]
        assert states(house)[-1][1] == "Theirs."
    again = client.post(target, data=client.fields_of(refused, "/edit") | {"act": "draft"})
    assert again.status_code == 303 and [body for _, body in states(house)] == ["Began.", "Theirs.", "Mine."]
    assert client.submit(f"/staff/positions/{slug}/edit", "/draft/discard").status_code == 303
    assert states(house) == []
    late = client.post(target, data=mine | {"act": "draft"})
    assert late.status_code == 409 and body_of(late.text) == "Mine."


def test_wording_from_a_comment_goes_into_the_draft_with_one_press(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.position(session, body="We *demand* money.\n\nNow[^1].\n\n[^1]: Law.")
        slug = version.position.slug
        alder = house.partner(session, "Alder", "Ana Alder")
        (way,) = house.invite(session, version, alder)
        house.comment(session, way, "We ask for money *soon* #1", quote="We *demand* money.")
        house.comment(session, way, "Thank you.\n\nAll of us.")
        placed, thanks = session.scalars(select(Comment.id).order_by(Comment.id))
    client.sign_in("drafter")
    path = f"/staff/positions/{slug}/comments"
    assert client.submit(path, f"/{placed}/take", place="passage").status_code == 303
    assert client.submit(path, f"/{thanks}/take", place="end").status_code == 303
    page = client.get(f"/staff/positions/{slug}/edit").text
    words = "We ask for money \\*soon\\* #1\n\nNow[^1].\n\nThank you.\n\nAll of us.\n\n[^1]: Law."
    assert body_of(page) == words
    assert "Includes words from comments by" in page and "Ana Alder, Alder" in page
    again = client.post(
        f"{path}/{placed}/take", data=dict(client.form(path, f"/{placed}/take")[1]) | {"place": "passage"}
    )
    assert again.status_code == 409, "the passage is gone from the draft"
    assert draft(client, slug, "Other.") == 303
    assert "Ana Alder, Alder" in client.get(f"/staff/positions/{slug}/edit").text
    with house.database.reading() as session:
        assert len(session.scalars(select(Version)).all()) == 1


def test_a_position_to_be_started_has_a_shared_draft_until_version_1(client: InspectingClient, house: House) -> None:
    new = "/staff/positions/new"
    with house.database.unit_of_work() as session:
        house.user(session, "drafter")
        house.add_user(session, "second", ["drafter"])
    client.sign_in("drafter")
    begun = client.submit(new, "/new", act="draft", body="Unlock yard 0")  # it may lack a title
    assert begun.status_code == 303 and begun.location == "/staff/drafts/1"
    for number in range(1, 7):
        assert (
            client.submit("/staff/drafts/1", "/drafts/1", act="draft", body=f"Unlock yard {number}").status_code == 303
        )
    assert states(house) == [(number + 1, f"Unlock yard {number}") for number in range(2, 7)]

    client.sign_in("second")
    assert "Draft without a title" in client.get("/staff/positions/").text
    target, served = client.form("/staff/drafts/1", "/drafts/1")
    mine = dict(served) | {"title": "Yards", "summary": "Open them.", "body": "Mine."}
    assert client.submit("/staff/drafts/1", "/restore", state="4").status_code == 303
    for act in ("draft", "save"):
        refused = client.post(target, data=mine | {"act": act})
        assert refused.status_code == 409 and body_of(refused.text) == "Mine." and "Unlock yard 3" in refused.text
    unfit = client.submit("/staff/drafts/1", "/drafts/1", act="save")
    assert unfit.status_code == 422 and body_of(unfit.text) == "Unlock yard 3" and len(states(house)) == 5
    with house.database.reading() as session:
        assert session.scalars(select(Version)).all() == []
        assert "position_started" not in session.scalars(select(Entry.kind)).all()
    saved = client.submit("/staff/drafts/1", "/drafts/1", act="save", title="Yards", summary="Open them.")
    assert saved.status_code == 303 and saved.location == "/staff/positions/yards" and states(house) == []
    with house.database.reading() as session:
        assert session.scalars(select(Version.body)).all() == ["Unlock yard 3"]

    late = client.post(target, data=mine | {"act": "draft"})
    assert late.status_code == 409 and body_of(late.text) == "Mine." and "saved as version 1 or discarded" in late.text
    again = client.post(new, data=client.fields_of(late, "/new") | {"act": "draft"})
    assert again.status_code == 303 and states(house) == [(1, "Mine.")]
    client.sign_in("publisher")
    number = again.location.rsplit("/")[-1]
    for path in (f"/staff/drafts/{number}", f"/staff/drafts/{number}/discard", f"/staff/drafts/{number}/restore"):
        assert client.post(path, data={"act": "draft"}).status_code == 403
    assert client.get(f"/staff/drafts/{number}").status_code == 403
    client.sign_in("second")
    assert client.submit(f"/staff/drafts/{number}", "/discard").status_code == 303 and states(house) == []
    assert client.get(f"/staff/drafts/{number}").status_code == 404


def test_only_drafters_touch_a_draft(client: InspectingClient, house: House) -> None:
    slug = begun(house)
    client.sign_in("drafter")
    assert draft(client, slug, "Began.") == 303
    client.sign_in("publisher")
    for path in ("edit", "draft/discard", "draft/restore"):
        assert client.post(f"/staff/positions/{slug}/{path}", data={"act": "draft"}).status_code == 403
    assert states(house) == [(1, "Began.")]
