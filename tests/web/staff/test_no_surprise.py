"""What staff are told before they act: what asking ends, a near deadline, who approved before; nothing done twice."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import func, select

from signoff.models import Letter, Partner, Position, Round, Version
from signoff.services.accounts.api_tokens import make_token
from signoff.web.staff.rounds import rounds
from tests.house import House
from tests.inspection import InspectingClient

HERE = "/staff/positions/fund-the-coordinator"


def second_version(house: House, *, check: bool = True) -> None:
    """Alder and Birch approved version 1 and Cedar did not answer; version 2 is saved, its round not begun."""
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        names = ("Alder", "Birch", "Cedar")
        house.ask(session, version, [house.partner(session, name) for name in names], message="We need your voice.")
        house.leave(session)
        house.say(session, version, "Alder")
        house.say(session, version, "Birch")
        newer = house.revised(session, version)
        if check:
            house.checked(session, newer)


TAKEN = "Its title was taken from the text: “Open the yards”. So was its summary: “Unlock every yard.”"
ENDS = "This ends the round on version 1: two approvals will no longer count."


def test_what_asking_ends_is_said_on_edit_ask_and_confirm(client: InspectingClient, house: House) -> None:
    second_version(house)
    client.sign_in("drafter")
    assert ENDS in client.get(f"{HERE}/edit").text
    client.sign_in("publisher")
    page = client.soup(f"{HERE}/versions/2/ask")
    assert ENDS in page.find("h2", string="Before you ask, please read").parent.text  # type: ignore[union-attr]
    assert "Time zone: New York, now EST." in page.text
    shown = client.submit(f"{HERE}/versions/2/ask", "/ask", act="preview")
    assert shown.status_code == 200 and ENDS in shown.text
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 1


@pytest.mark.parametrize(("days", "proposed"), [(3, "2026-12-01T07:00"), (8, "2026-12-16T17:00")])
def test_a_round_whose_deadline_has_passed_is_offered_a_later_one(
    client: InspectingClient, house: House, days: int, proposed: str
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        house.partner(session, "Birch")
    house.clock.advance(days=days)
    client.sign_in("publisher")
    page = client.soup(f"{HERE}/versions/1/ask")
    assert page.find("input", id="deadline")["value"] == proposed  # type: ignore[index]
    assert page.select_one(".bar.stays > button#look") is not None  # at hand, however many partners follow


def test_the_last_round_is_proposed_again(client: InspectingClient, house: House) -> None:
    second_version(house)
    client.sign_in("publisher")
    page = client.soup(f"{HERE}/versions/2/ask")
    groups = {box["value"]: box.has_attr("checked") for box in page.find_all("input", attrs={"name": "group"})}
    assert groups["last:asked"] and not groups["last:approved"] and not groups["last:silent"]
    assert page.find("textarea", id="message").text.strip() == "We need your voice."  # type: ignore[union-attr]
    assert page.find("input", id="deadline")["value"] == "2026-12-08T17:00"  # type: ignore[index]
    shown = client.submit(f"{HERE}/versions/2/ask", "/ask", act="preview")
    assert "Email three contacts at three partners" in shown.text
    silent = client.submit(f"{HERE}/versions/2/ask", "/ask", act="preview", group=["last:silent"])
    assert "Email one contact at one partner" in silent.text and "Ana Cedar" in silent.text
    approved = client.submit(f"{HERE}/versions/2/ask", "/ask", act="preview", group=["last:approved"])
    assert "Email two contacts at two partners" in approved.text and "Ana Cedar" not in approved.text


def groups_offered(client: InspectingClient, number: int) -> dict[str, str]:
    """The words of each group of partners on the page that asks about a version, by the group's key."""
    boxes = client.soup(f"{HERE}/versions/{number}/ask").find_all("input", {"name": "group"})
    return {box["value"]: box.parent.get_text(" ", strip=True) for box in boxes}


def test_the_last_round_is_the_newest_on_an_earlier_version(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        first = house.asked(session, "Alder", "Cedar")
        second = house.checked(session, house.revised(session, first))
        house.ask(session, second, [session.get_one(Partner, 1), house.partner(session, "Birch")])
    client.sign_in("publisher")
    # While its round is open, those of the earlier one can be added, and are not selected.
    assert groups_offered(client, 2)["last:asked"] == "Asked about version 1 (1)"
    page = client.soup(f"{HERE}/versions/2/ask")
    assert page.select("input[name=group][checked]") == []
    choices = [box.parent for box in page.select("input[name=partner]")]
    assert ["Cedar" in choice.text for choice in choices if choice] == [True]
    with house.database.unit_of_work() as session:
        house.checked(session, house.revised(session, session.get_one(Version, 2)))
    assert groups_offered(client, 3)["last:asked"] == "Asked about version 2 (2)"


def test_a_partner_that_has_left_is_not_proposed_again(client: InspectingClient, house: House) -> None:
    second_version(house)
    with house.database.unit_of_work() as session:
        house.leaves(session, "Cedar")
    client.sign_in("publisher")
    groups = groups_offered(client, 2)
    assert groups["last:asked"] == "Asked about version 1 (2)" and "last:silent" not in groups


def test_minimum_and_reminders_of_the_last_round_are_proposed_again(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder")], minimum=3, reminder_days=(5, 2))
        house.checked(session, house.revised(session, version))
    client.sign_in("publisher")
    page = client.soup(f"{HERE}/versions/2/ask")
    proposed = [page.select_one(f"input[name={name}]")["value"] for name in ("minimum", "reminder_days")]  # type: ignore[index]
    assert proposed == ["3", "5, 2"]


def test_all_that_a_search_finds_are_asked_though_fewer_are_listed(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "MOST_OFFERED", 2)
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
        for name in ("Alder East", "Alder North", "Alder West", "Birch"):
            house.partner(session, name)
    client.sign_in("publisher")
    ask = f"{HERE}/versions/1/ask"
    found = client.submit(ask, "/ask", act="find", find="alder").text
    assert "Every partner found for “alder”" in found and "Only the first 2 of them are listed below." in found
    assert "Alder West" not in found
    # Another search keeps what was chosen of the first one.
    again = client.submit(ask, "/ask", act="find", find="birch", group=["found:alder"])
    box = BeautifulSoup(again.text, "html.parser").find("input", value="found:alder")
    assert isinstance(box, Tag) and box.has_attr("checked")
    shown = client.submit(ask, "/ask", act="preview", group=["found:alder"])
    assert "Email three contacts at three partners" in shown.text and "Birch" not in shown.text
    assert shown.text.count('type="hidden" name="partner"') == 3


def test_a_near_deadline_and_a_newer_version_are_asked_about(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.partner(session, "Alder")
        house.revised(session, version)
    client.sign_in("publisher")
    near = (house.clock() + timedelta(hours=3)).astimezone(house.settings.timezone).strftime("%Y-%m-%dT%H:%M")
    shown = client.submit(f"{HERE}/versions/1/ask", "/ask", act="preview", group=["all"], deadline=near)
    assert "The deadline is three hours after the email is sent." in shown.text
    assert "Version 2 is saved already, but you are asking about version 1." in shown.text
    assert "The deadline is too close for automatic reminders." in shown.text
    in_days = (house.clock() + timedelta(days=2)).astimezone(house.settings.timezone).strftime("%Y-%m-%dT%H:%M")
    later = client.submit(f"{HERE}/versions/1/ask", "/ask", act="preview", group=["all"], deadline=in_days)
    assert "are reminded one day before." in later.text
    fields = {
        name: shown.text.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("csrf_token", "shown", "deadline", "partner", "reminder_days", "message", "minimum")
    }
    unseen = client.post(f"{HERE}/versions/1/ask", data=fields | {"act": "send"})
    assert unseen.status_code == 422 and "Confirm that you have read this." in unseen.text
    assert client.post(f"{HERE}/versions/1/ask", data=fields | {"act": "send", "seen": "yes"}).status_code == 303


def test_moving_the_deadline_near_is_asked_about(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    client.sign_in("publisher")
    near = (house.clock() + timedelta(hours=5)).astimezone(house.settings.timezone).strftime("%Y-%m-%dT%H:%M")
    page = f"{HERE}/versions/1/round/deadline"
    asked = client.submit(page, "/deadline", deadline=near)
    assert asked.status_code == 422 and "The deadline is five hours after the email is sent." in asked.text
    assert client.submit(page, "/deadline", deadline=near, seen="yes").status_code == 303


def test_publishing_says_who_approved_an_earlier_version_only(client: InspectingClient, house: House) -> None:
    second_version(house)
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Version).where(Version.number == 2)).one()
        house.ask(session, version, [house.partner(session, "Delta")])
        house.say(session, version, "Delta")
    client.sign_in("publisher")
    page = client.soup(f"{HERE}/versions/2/publish")
    earlier = page.find("section", attrs={"aria-labelledby": "earlier"})
    assert earlier and [item.text.split()[0] for item in earlier.find_all("li")] == ["Alder", "Birch"]
    assert "Version 2 would name one partner" in page.text
    assert "has been saved since" not in page.text
    with house.database.unit_of_work() as session:
        house.revised(session, session.scalars(select(Version).where(Version.number == 2)).one())
    page = client.soup(f"{HERE}/versions/2/publish")
    assert "Version 3 has been saved since. You are publishing version 2" in page.text


def test_the_api_warns_of_all_that_pages_ask_about(client: InspectingClient, house: House) -> None:
    second_version(house)
    with house.database.unit_of_work() as session:
        publisher = house.user(session, "publisher")
        token = make_token(house.act(session, publisher.actor), publisher, name="t")
    call = "/api/v1/positions/fund-the-coordinator"
    said = client.call("GET", f"{call}/versions/2/missing", token).json["warnings"]
    assert said == [ENDS]
    deadline = (house.clock() + timedelta(hours=2)).isoformat()
    body = {"version": 2, "partners": ["cedar"], "deadline": deadline}
    asked = client.call("POST", f"{call}/rounds", token, json=body)
    assert asked.status_code == 201
    near = "The deadline is two hours after the email is sent. Partners may read it too late to answer."
    assert asked.json["warnings"] == [ENDS, near]
    round_ = f"{call}/rounds/{asked.json['id']}"
    for hours, warnings in ((2, [near]), (200, [])):
        moved = {"deadline": (house.clock() + timedelta(hours=hours)).isoformat()}
        assert client.call("POST", f"{round_}/extend", token, json=moved).json["warnings"] == warnings
    published = client.call("POST", f"{call}/publish", token, json={"version": 2})
    assert published.json["warnings"] == [
        "Two partners approved an earlier version but not version 2, and are not named on it: "
        "Alder (version 1) and Birch (version 1)."
    ]


def test_the_partner_and_the_emails_page_tell_of_a_newer_version(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        secret = house.secret(house.link(session, version, "Alder"))
    assert "is preparing a newer version" not in client.get(f"/r/{secret}").text
    with house.database.unit_of_work() as session:
        house.revised(session, session.get_one(Version, 1))
    assert "is preparing a newer version" in client.get(f"/r/{secret}").text
    client.sign_in("publisher")
    assert "version 2 has been saved" in client.get("/staff/letters").text
    with house.database.reading() as session:
        waiting = session.scalars(select(Letter.id).where(Letter.kind == "request")).one()
    page = client.get(f"/staff/letters/{waiting}").text
    assert "This email asks about version 1, but version 2 has been saved." in page
    assert "One email about version 1 has not been sent yet" in client.get(HERE).text
    with house.database.unit_of_work() as session:
        house.leave(session)
    assert "version 2 has been saved" not in client.get("/staff/letters").text


def test_the_same_form_sent_twice_acts_once(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    target, served = client.form("/staff/positions/new", "/new")
    typed = dict(served) | {"title": "Open the yards", "summary": "Open.", "body": "Open every yard.", "act": "save"}
    first, second = (client.post(target, data=typed) for _ in range(2))
    assert first.status_code == second.status_code == 303 and first.location == second.location
    assert "It was not done twice." in client.get(second.location).text
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Position)) == 1
    # Gone back to and changed, it is another form; so is one that is served again.
    assert client.post(target, data=typed | {"title": "Open the gates"}).location != first.location
    again = dict(client.form("/staff/positions/new", "/new")[1])
    assert client.post(target, data=typed | {"form_key": again["form_key"]}).location != first.location
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Position)) == 3


def test_a_new_position_needs_only_its_text(client: InspectingClient, house: House) -> None:
    client.sign_in("drafter")
    new, body = "/staff/positions/new", "## Open the yards\n\nUnlock every yard.\n\nBy next fall."
    assert "a heading at the top of the text becomes the title" in client.get(new).text
    preview = client.submit(new, "/new", act="preview", body=body).text
    assert '<p class="summary" dir="auto">Unlock every yard.</p>' in preview
    # A draft is kept as it was typed.
    draft = client.submit(new, "/new", act="draft", body=body).location
    assert "## Open the yards" in client.get(draft).text
    saved = client.submit(draft, "/drafts/1", act="save")
    assert TAKEN in client.get(saved.location).text
    with house.database.reading() as session:
        version = session.scalars(select(Version)).one()
        assert (version.title, version.summary, version.body) == (
            "Open the yards",
            "Unlock every yard.",
            "By next fall.",
        )
    # The next version takes nothing by itself: a field that was emptied there is asked for.
    edit = f"{saved.location}/edit"
    refused = client.submit(edit, "/edit", act="save", title="", change_note="New heading", body=body)
    assert refused.status_code == 422


def test_publishing_is_one_press_where_everything_is_shown(client: InspectingClient, house: House) -> None:
    second_version(house)
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Version).where(Version.number == 2)).one()
        house.ask(session, version, [session.scalars(select(Partner).where(Partner.name == "Cedar")).one()])
        house.leave(session)
        house.say(session, version, "Cedar")
    client.sign_in("drafter")
    assert "Publish version 2 with" not in client.get(HERE).text
    client.sign_in("publisher")
    page = client.get(HERE).text
    assert "Publish version 2 with one name" in page and "Version 2 would name one partner" in page
    before, button, _ = page.partition("Publish version 2 with one name")
    assert button and 'These names will be listed: <b dir="auto">Cedar</b>' in before
    assert "Two partners approved an earlier version, but not this one" in page
    assert client.submit(HERE, "/publish").location == HERE
    assert "Version 2 is public." in client.get(HERE).text


@pytest.mark.parametrize(("hours", "classes"), [(1, ["button", "quiet"]), (25, ["button"])])
def test_no_one_is_urged_to_remind_partners_that_were_just_asked(
    client: InspectingClient, house: House, hours: int, classes: list[str]
) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    house.clock.advance(hours=hours)
    client.sign_in("publisher")
    for path in (HERE, f"{HERE}/versions/1/round"):
        step = client.soup(path).select_one(".next-step")
        assert step is not None
        (button,) = [link for link in step.select("a.button") if link.text == "Remind one partner…"]
        assert button["class"] == classes
        assert ("The round began less than 24 hours ago." in step.text) is (hours == 1)


def test_what_has_to_be_read_before_publishing_keeps_its_page(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        text = "The 300 undersigned organizations ask for yards."
        version = house.checked(session, house.position(session, body=text))
        house.ask(session, version, [house.partner(session, "Alder")])
        house.say(session, version, "Alder")
    client.sign_in("publisher")
    page = client.get(HERE).text
    assert "Publish version 1…" in page and "Publish version 1 with" not in page
