"""The partner's page: what is refused, what is recorded, and that nothing but a person's own POST acts."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, text

from signoff.models import Partner, Version
from tests.house import House
from tests.inspection import InspectingClient, served_fields, words_of
from tests.web.dump import everything

APPROVAL = {"answer": "approve", "authority": "board", "authorised": "yes", "full_name": "Ana Alder"}


@pytest.fixture
def secret(house: House) -> str:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        return house.secret(house.link(session, version, "Alder"))


def verdicts(house: House) -> list[str]:
    return [row[5] for row in everything(house.database)["answer"]]


def test_the_whole_text_stands_before_the_question(client: InspectingClient, secret: str) -> None:
    page = client.soup(f"/r/{secret}")
    words = page.get_text(" ", strip=True)
    assert "asks Alder to decide by" in words and "whether it approves this text." in words
    assert page.find("h2", string="What we ask") is not None
    html = str(page)
    assert html.index("Two seats for families") < html.index("Your answer for Alder")
    assert not page.select("#answer-form input[type=radio][checked]")
    assert page.nav is None


def test_a_form_sent_as_served_is_refused_and_stores_nothing(
    client: InspectingClient, house: House, secret: str
) -> None:
    before = everything(house.database)
    response = client.submit(f"/r/{secret}", "/answer")
    assert response.status_code == 422
    assert "Please choose one of the three answers" in response.text
    assert everything(house.database) == before


@pytest.mark.parametrize("answer", ["approve", "decline", "abstain", "", "withdraw", "remove", "x" * 5000])
def test_a_form_filled_with_junk_is_refused_and_stores_nothing(
    client: InspectingClient, house: House, secret: str, answer: str
) -> None:
    before = everything(house.database)
    junk = dict.fromkeys(
        ("full_name", "job_title", "authority", "public_name", "authorised", "reason", "note", "public_note"), "junk"
    )
    response = client.submit(f"/r/{secret}", "/answer", answer=answer, **junk)
    assert response.status_code == 422
    assert everything(house.database) == before


@pytest.mark.parametrize(
    ("missing", "field"),
    [("authority", "authority"), ("authorised", "authorised"), ("full_name", "full_name"), ("answer", "answer")],
)
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    client: InspectingClient, secret: str, missing: str, field: str
) -> None:
    typed = {**APPROVAL, "note": "For your eyes", "public_note": "With joy", missing: ""}
    response = client.submit(f"/r/{secret}", "/answer", **typed)
    assert response.status_code == 422
    page = BeautifulSoup(response.text, "html.parser")
    assert [link["href"] for link in page.select(".error-summary a")] == [f"#answer-{field}"]
    assert page.select_one(f"#answer-{field}-error")
    fields = dict(served_fields(page.select_one("#answer-form")))
    assert (fields["note"], fields["public_note"]) == ("For your eyes", "With joy")


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_form_that_says_two_things_is_refused(client: InspectingClient, house: House, secret: str) -> None:
    before = everything(house.database)
    for name, more in (("answer", "decline"), ("public_name", "Birch"), ("full_name", "Bo Birch")):
        said = {**APPROVAL, "public_name": "Alder"}
        response = client.submit(f"/r/{secret}", "/answer", **{**said, name: [said[name], more]})
        assert response.status_code == 422 and "Nothing was recorded" in response.text
    assert everything(house.database) == before


def test_an_approval_is_recorded_with_its_name_and_shown(client: InspectingClient, secret: str) -> None:
    response = client.submit(f"/r/{secret}", "/answer", **APPROVAL, public_note="For both requests.")
    assert response.status_code == 303
    recorded = client.soup(f"/r/{secret}").select_one(".recorded")
    assert recorded
    facts = {row.dt.text: row.dd.get_text(strip=True) for row in recorded.select("dl > div")}
    assert facts["Answer"] == "approved"
    assert facts["Public name"] == "Alder"
    assert facts["Public note"] == "For both requests."
    assert facts["Signed by"] == "Ana Alder"
    assert len(facts["Digest of the text"]) == 64


def test_the_same_answer_again_is_friendly_and_records_nothing(
    client: InspectingClient, house: House, secret: str
) -> None:
    client.submit(f"/r/{secret}", "/answer", **APPROVAL)
    before = everything(house.database)
    again = client.submit(f"/r/{secret}", "/answer", **APPROVAL)
    assert again.status_code == 303
    assert everything(house.database) == before
    client.submit(f"/r/{secret}", "/answer", **{**APPROVAL, "answer": "abstain"})
    assert verdicts(house) == ["approve", "abstain"]


@pytest.mark.parametrize(
    "change", [{"authority": "executive"}, {"board_decided_on": "2026-11-20"}, {"note": "More"}, {"job_title": "Chair"}]
)
def test_an_answer_that_says_anything_else_is_another_answer(
    client: InspectingClient, house: House, secret: str, change: dict[str, str]
) -> None:
    client.submit(f"/r/{secret}", "/answer", **APPROVAL)
    client.submit(f"/r/{secret}", "/answer", **{**APPROVAL, **change})
    client.submit(f"/r/{secret}", "/answer", **{**APPROVAL, **change, "full_name": "ANA ALDER"})
    assert verdicts(house) == ["approve", "approve"]


def test_after_the_text_was_taken_back_nothing_is_asked(client: InspectingClient, house: House, secret: str) -> None:
    with house.database.unit_of_work() as session:
        house.publish(session, session.get_one(Version, 1))
        house.retire(session, session.get_one(Version, 1))
    page = client.soup(f"/r/{secret}")
    assert "This text is no longer public." in page.text and "No answer is needed." in page.text
    assert page.select("#answer-form") == []


def test_when_a_later_text_took_its_place_the_old_page_leads_to_the_question_about_it(
    client: InspectingClient, house: House, secret: str
) -> None:
    with house.database.unit_of_work() as session:
        version = session.get_one(Version, 1)
        house.say(session, version, "Alder")
        house.publish(session, version)
        later = house.checked(session, house.revised(session, version))
        house.ask(session, later, session.scalars(select(Partner)).all())
        house.publish(session, later)
    words = " ".join(client.soup(f"/r/{secret}").text.split())
    assert "It was superseded on" in words and "No answer is needed." not in words
    assert "The Coalition for Community Schools has also asked Alder about version 2." in words
    assert "Your own link to version 2 is in a newer email" in words


def test_reloading_the_answer_to_a_form_leads_back(client: InspectingClient, secret: str) -> None:
    for act in ("answer", "withdraw", "contest"):
        assert client.get(f"/r/{secret}/{act}").location == f"/r/{secret}"
        assert client.get(f"/r/{'x' * 43}/{act}").status_code == 404
    assert client.get(f"/r/{secret}/").status_code == 200


def test_only_the_text_that_is_asked_about_can_be_approved(client: InspectingClient, house: House, secret: str) -> None:
    before = everything(house.database)
    response = client.submit(f"/r/{secret}", "/answer", **APPROVAL, digest="f" * 64)
    assert response.status_code == 409
    assert "not the text we ask about" in response.text
    assert everything(house.database) == before


@pytest.mark.parametrize("forged", [{"form": "x"}, {"form": ""}, {"digest": ""}])
def test_a_form_of_another_page_is_refused(
    client: InspectingClient, house: House, secret: str, forged: dict[str, str]
) -> None:
    before = everything(house.database)
    response = client.submit(f"/r/{secret}", "/answer", **APPROVAL, **forged)
    assert response.status_code == 422
    assert "not the one this page served" in response.text
    assert everything(house.database) == before


def test_another_links_form_value_does_not_fit(client: InspectingClient, house: House, secret: str) -> None:
    with house.database.reading() as session:
        other = house.secret(house.link(session, session.get_one(Version, 1), "Birch"))
    foreign = dict(client.form(f"/r/{other}", "/answer")[1])["form"]
    assert client.submit(f"/r/{secret}", "/answer", **APPROVAL, form=foreign).status_code == 422


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_sent_by_another_site_is_refused(client: InspectingClient, house: House, secret: str, site: str) -> None:
    target, served = client.form(f"/r/{secret}", "/answer")
    data = {**dict(served), **APPROVAL}
    response = client.post(target, data=data, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 403
    assert verdicts(house) == []
    assert client.post(target, data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_after_the_deadline_answers_are_refused_and_withdrawal_still_works(
    client: InspectingClient, house: House, secret: str
) -> None:
    target, served = client.form(f"/r/{secret}", "/answer")
    client.submit(f"/r/{secret}", "/answer", **APPROVAL)
    house.clock.now = house.clock.now + timedelta(days=7)  # the instant itself
    abstained = client.post(target, data={**dict(served), **APPROVAL, "answer": "abstain"})
    assert abstained.status_code == 303
    client.post(target, data={**dict(served), **APPROVAL})
    house.clock.advance(seconds=1)
    late = client.post(target, data={**dict(served), **APPROVAL, "answer": "abstain"})
    assert late.status_code == 409
    page = client.soup(f"/r/{secret}")
    assert "We are no longer taking answers." in page.text
    assert page.select("#answer-form") == []
    assert client.submit(f"/r/{secret}", "/withdraw", full_name="Ana Alder").status_code == 303
    assert verdicts(house) == ["approve", "abstain", "approve", "withdraw"]


def test_withdrawing_needs_the_name_and_answers_the_same_again(
    client: InspectingClient, house: House, secret: str
) -> None:
    target, served = client.form(f"/r/{secret}", "/answer")
    nothing = client.post(target.replace("/answer", "/withdraw"), data={**dict(served), "full_name": "Ana Alder"})
    assert nothing.status_code == 409
    client.submit(f"/r/{secret}", "/answer", **APPROVAL)
    withdraw, fields = client.form(f"/r/{secret}", "/withdraw")
    assert client.post(withdraw, data={**dict(fields), "full_name": "Someone"}).status_code == 422
    assert client.post(withdraw, data={**dict(fields), "full_name": "ana alder"}).status_code == 303
    assert client.post(withdraw, data={**dict(fields), "full_name": "ana alder"}).status_code == 303
    assert verdicts(house) == ["approve", "withdraw"]


def test_after_a_contest_the_same_link_cannot_bring_the_name_back(
    client: InspectingClient, house: House, secret: str
) -> None:
    served = dict(client.form(f"/r/{secret}", "/answer")[1])
    client.submit(f"/r/{secret}", "/answer", **APPROVAL)
    assert client.submit(f"/r/{secret}", "/contest", full_name="Ana Alder").status_code == 303
    page = client.soup(f"/r/{secret}")
    assert page.select("#answer-form") == [] and "this link can no longer approve" in page.text
    target = f"/r/{secret}/answer"
    again = client.post(target, data={**served, **APPROVAL})
    assert again.status_code == 409
    assert "only a newly issued link can approve" in again.text
    assert verdicts(house) == ["approve", "contest"]


def test_every_unknown_link_is_one_and_the_same_page(client: InspectingClient, secret: str) -> None:
    pages = set()
    for unknown in ("x", "y" * 43, secret[:-1], secret + "A", secret.swapcase(), "%00" * 4, "é" * 43):
        response = client.get(f"/r/{unknown}")
        assert response.status_code == 404, unknown
        pages.add(response.text)
        posted = client.post(f"/r/{unknown}/answer", data=APPROVAL)
        assert posted.status_code == 404
        pages.add(posted.text)
    assert len(pages) == 1


@pytest.mark.parametrize("how", ["UPDATE link SET revoked_at = :at", "UPDATE contact SET removed_at = :at"])
def test_revoked_links_and_removed_contacts_are_gone(
    client: InspectingClient, house: House, secret: str, how: str
) -> None:
    target, served = client.form(f"/r/{secret}", "/answer")
    with house.database.unit_of_work() as session:
        session.execute(text(how), {"at": "2026-11-24 12:00:00.000000+00:00"})
    assert client.get(f"/r/{secret}").status_code == 410
    assert client.post(target, data={**dict(served), **APPROVAL}).status_code == 410
    assert verdicts(house) == []


def test_a_link_to_a_replaced_text_says_so_and_answers_nothing(
    client: InspectingClient, house: House, secret: str
) -> None:
    target, served = client.form(f"/r/{secret}", "/answer")
    with house.database.unit_of_work() as session:
        version = session.get_one(Version, 1)
        later = house.checked(session, house.revised(session, version))
        house.ask(session, later, [house.link(session, version, "Alder").contact.partner])
    assert "This text has been replaced." in client.soup(f"/r/{secret}").text
    assert client.post(target, data={**dict(served), **APPROVAL}).status_code == 409
    assert verdicts(house) == []


def test_only_agreed_public_names_can_be_approved(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        partner = house.partner(session, "Alder", public_names=("Alder Inc.",), aliases=("The Alders",))
        house.ask(session, version, [partner])
        secret = house.secret(house.link(session, version, "Alder"))
    options = [option["value"] for option in client.soup(f"/r/{secret}").select("#answer-public_name option")]
    assert options == ["Alder", "Alder Inc."]
    assert client.submit(f"/r/{secret}", "/answer", **APPROVAL, public_name="The Alders").status_code == 422
    assert client.submit(f"/r/{secret}", "/answer", **APPROVAL, public_name="Alder Inc.").status_code == 303
    with house.database.unit_of_work() as session:
        house.publish(session, session.get_one(Version, 1))
    assert client.soup("/positions/fund-the-coordinator").select(".signatories li > a")[0].text == "Alder Inc."


@pytest.mark.parametrize("act", ["withdraw", "contest"])
def test_who_takes_an_approval_back_is_asked_once_who_they_are(
    client: InspectingClient, house: House, secret: str, act: str
) -> None:
    client.submit(f"/r/{secret}", "/answer", public_name="Alder", **APPROVAL)
    before = everything(house.database)
    assert client.submit(f"/r/{secret}", f"/{act}").status_code == 422
    target, served = client.form(f"/r/{secret}", f"/{act}")
    assert "is_me" not in dict(served)
    typed = {**dict(served), "full_name": "Anna-Maria Alder-Birch", "reason": "Our board changed its mind."}
    asked = client.post(target, data=typed)
    assert asked.status_code == 422
    assert "This link was sent to Ana Alder. Please check this box if that is you." in asked.text
    assert "Anna-Maria Alder-Birch" in asked.text and "Our board changed its mind." in asked.text
    question = BeautifulSoup(asked.text, "html.parser").select_one(f"#{act}-is_me")
    assert question is not None and not question.has_attr("checked")
    for junk in ("", "junk"):
        assert client.post(target, data={**typed, "is_me": junk}).status_code == 422
    assert client.post(target, data={**typed, "full_name": "\u2800", "is_me": "yes"}).status_code == 422
    assert everything(house.database) == before
    assert client.post(target, data={**typed, "is_me": "yes"}).status_code == 303
    assert verdicts(house) == ["approve", act]


def test_the_page_says_which_name_it_expects(client: InspectingClient, house: House, secret: str) -> None:
    assert "Please sign as Ana Alder." in client.get(f"/r/{secret}").text
    wrong = client.submit(f"/r/{secret}", "/answer", public_name="Alder", **{**APPROVAL, "full_name": "Ana Birch"})
    assert (
        wrong.status_code == 422 and "This link was sent to Ana Alder. If that is you, sign as Ana Alder." in wrong.text
    )
    mended = {**APPROVAL, "full_name": "Ms. Ana Q. ALDER, Ph.D."}
    assert client.submit(f"/r/{secret}", "/answer", public_name="Alder", **mended).status_code == 303


@pytest.mark.parametrize("blank", ["\u2800", "\u3164\u115f", "\u0301", "\ufe0f\u200b", "\u00a0\u2028"])
def test_a_reason_that_shows_nothing_is_none(client: InspectingClient, house: House, secret: str, blank: str) -> None:
    before = everything(house.database)
    response = client.submit(f"/r/{secret}", "/answer", answer="decline", full_name="Ana Alder", reason=blank)
    assert response.status_code == 422 and "Please give the reason in a sentence." in response.text
    assert everything(house.database) == before


def test_the_page_begins_with_its_one_heading_and_what_to_do(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, body="word " * 1_150))
        house.ask(session, version, [house.partner(session, "Alder")], message="Please read this.\nThank you.")
        secret = house.secret(house.link(session, version, "Alder"))
    page = client.soup(f"/r/{secret}")
    assert page.find(["h1", "h2", "h3"]).name == "h1"
    described = page.find("meta", attrs={"name": "description"})
    asks = "The Coalition for Community Schools asks organizations whether they approve this text."
    assert described["content"] == asks
    glance = page.select_one(".at-a-glance")
    assert glance and " ".join(glance.text.split()) == "5-minute read · Go to your answer · Print for your board"
    assert [link["href"] for link in glance.find_all("a")] == ["#your-answer", f"/r/{secret}/packet"]
    message = page.find("section", attrs={"aria-labelledby": "from-staff"})
    assert message and "Please read this.\nThank you." in message.text and "Publisher Person" in message.text
    findings = page.find("summary", string="How the Coalition checked this text against its principles")
    assert findings and not findings.parent.has_attr("open")
    assert page.select_one(".answer-bar a")["href"] == "#your-answer"
    assert all("." not in moment["datetime"] for moment in page.select("time"))


def test_the_summary_of_errors_links_by_the_labels_of_the_fields(client: InspectingClient, secret: str) -> None:
    response = client.submit(f"/r/{secret}", "/answer", answer="approve", full_name="")
    page = BeautifulSoup(response.text, "html.parser")
    assert page.title.text.startswith("There is a problem: ")
    links = page.select(".error-summary a")
    labels = [page.select_one(link["href"] + " > legend, " + f'label[for="{link["href"][1:]}"]') for link in links]
    labels = [label or page.select_one(link["href"]).parent for label, link in zip(labels, links, strict=True)]
    assert [" ".join(label.text.split()) for label in labels] == [link.text for link in links]
    assert {link["href"] for link in links} == {"#answer-authority", "#answer-authorised", "#answer-full_name"}


def test_after_an_answer_the_page_is_about_what_was_recorded(
    client: InspectingClient, house: House, secret: str
) -> None:
    assert client.get(f"/r/{secret}/receipt.pdf").status_code == 404
    response = client.submit(f"/r/{secret}", "/answer", **APPROVAL)
    assert response.location == f"/r/{secret}#recorded"
    page = client.soup(f"/r/{secret}")
    assert page.title.text.startswith("Alder approved this text: Fund the coordinator")
    assert page.select_one("#recorded")["tabindex"] == "-1"
    change = page.select_one("#answer-form").find_parent("details")
    assert change.summary.text == "Change our answer" and not change.has_attr("open")
    assert page.select(".answer-bar") == [] and "/positions/" not in page.select_one(".recorded").text
    receipt = client.get(f"/r/{secret}/receipt.pdf")
    assert receipt.content_type == "application/pdf" and secret not in receipt.headers["Content-Disposition"]
    words = " ".join(words_of(receipt).split())
    with house.database.reading() as session:
        digest = session.get_one(Version, 1).digest
    for said in ("Alder approved this text", "Public name: Alder", "Signed by: Ana Alder", digest, "Two seats for fam"):
        assert said in words, said
    with house.database.unit_of_work() as session:
        house.publish(session, session.get_one(Version, 1))
    public = client.soup(f"/r/{secret}").select_one(".recorded")
    assert "http://127.0.0.1:8000/positions/fund-the-coordinator" in public.text


def test_a_changed_table_is_shown_cell_by_cell_without_markdown(client: InspectingClient, house: House) -> None:
    table = "We **ask** for this:\n\n| Place | Cost |\n|---|---:|\n| Mesa | $18,000 |\n| Yuma | $3 |"
    with house.database.unit_of_work() as session:
        first = house.checked(session, house.position(session, body=table))
        alder = house.partner(session, "Alder")
        house.ask(session, first, [alder])
        later = house.checked(session, house.revised(session, first, body=table.replace("18,000", "19,700")))
        house.ask(session, later, [alder])
        secret = house.secret(house.link(session, later, "Alder"))
    for path in (f"/r/{secret}", f"/r/{secret}/packet", f"/r/{secret}/changes"):
        page = client.soup(path)
        changes = page.select_one(".changes") or page.select_one(".beside-each")
        assert [mark.get_text().split()[1] for mark in changes.select("td del")] == ["$18,000"], path
        assert [mark.get_text().split()[1] for mark in changes.select("td ins")] == ["$19,700"], path
        assert "|" not in changes.text and "**" not in changes.text and "[" not in changes.text, path


@pytest.mark.parametrize(
    "behind", [".", ">", ")", ").", ",", "%22", "%E2%80%9D", "*", "%20", "%E3%80%82", "%E2%80%A6", "|"]
)
def test_punctuation_behind_a_link_leads_to_its_page_and_reveals_nothing_of_others(
    client: InspectingClient, house: House, secret: str, behind: str
) -> None:
    before = everything(house.database)
    response = client.get(f"/r/{secret}{behind}")
    assert response.status_code == 302 and response.location == f"/r/{secret}"
    unknown, other = client.get(f"/r/{'x' * 43}{behind}"), client.get(f"/r/{'x' * 43}")
    assert unknown.status_code == other.status_code == 404 and unknown.text == other.text
    assert client.post(f"/r/{secret}{behind}/answer", data=APPROVAL).status_code == 404
    with house.database.unit_of_work() as session:
        session.execute(text("UPDATE link SET revoked_at = '2026-11-24 12:00:00.000000+00:00'"))
    assert client.get(f"/r/{secret}{behind}", follow_redirects=True).status_code == 410
    assert everything(house.database)["answer"] == before["answer"] == []
