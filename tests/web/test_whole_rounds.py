"""The turns through the pages, as people without scripts go through them; each ends at the public page."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.rounds.links import form_value, link_lookup
from signoff.models import Answer, Comment, Contact, Entry, Invitation, Letter, Link, Partner, Referral, Version
from tests.house import House
from tests.inspection import InspectingClient, words_of
from tests.web.dump import everything

BASE = "/staff/positions/fund-the-coordinator/versions"
PUBLIC = "/positions/fund-the-coordinator"
PARTNERS = select(Partner).order_by(Partner.id)


def secret_of(house: House, version: Version, partner: str, contact: int = 0) -> str:
    with house.database.reading() as session:
        return house.secret(house.link(session, version, partner, contact))


def approve(client: InspectingClient, secret: str, name: str = "Ana Alder", **more: str):  # type: ignore[no-untyped-def]
    fields = {"answer": "approve", "authority": "board", "authorised": "yes", "full_name": name, **more}
    return client.submit(f"/r/{secret}", "/answer", **fields)


def said(client: InspectingClient, path: str) -> str:
    return client.soup(path).get_text(" ", strip=True)


@pytest.fixture
def first(house: House) -> Version:
    """Version 1, which Alder approved and Birch was asked about."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        return version


@pytest.fixture
def second(house: House, first: Version) -> Version:
    """Version 2, about which Alder alone is asked."""
    with house.database.unit_of_work() as session:
        version = session.get_one(Version, first.id)
        later = house.checked(session, house.revised(session, version, title="Fund each coordinator"))
        alder = session.scalars(select(Partner).where(Partner.name == "Alder")).one()
        house.clock.advance(minutes=1)
        house.ask(session, later, [alder])
        return later


class TestChangedTexts:
    def test_the_new_link_says_what_changed_and_the_old_one_what_replaced_it(
        self, client: InspectingClient, house: House, first: Version, second: Version
    ) -> None:
        new = client.soup(f"/r/{secret_of(house, second, 'Alder')}")
        assert "What changed since Alder approved version 1" in new.text
        title = new.select_one(".since .passage.changed")
        assert title is not None
        assert " ".join(title.text.split()) == (
            "Fund deleted: the end of deletion added: each end of addition coordinator"
        )
        assert "That approval does not count for this text." in new.text
        replaced = client.soup(f"/r/{secret_of(house, first, 'Alder')}")
        different = replaced.select_one(".since .passage.changed")
        assert different is not None and different.text.split() == title.text.split()
        old = replaced.get_text(" ", strip=True)
        assert "This text has been replaced." in old and "What is different in version 2" in old
        assert "have it emailed again" in old and "Your answer for Alder" not in old
        assert "Version 1 can no longer be answered." in old and "is preparing a newer version" not in old
        unasked = secret_of(house, first, "Birch")
        assert "Birch is not asked about version 2." in said(client, f"/r/{unasked}")
        for path in (f"/r/{unasked}", f"/r/{unasked}/changes", f"/r/{unasked}/packet"):
            assert "Fund each coordinator" not in said(client, path)  # nor does it read the new text before others
        beside = client.soup(f"/r/{secret_of(house, second, 'Alder')}/changes")
        assert [cell.text for cell in beside.select("thead th")] == ["Version 1", "Version 2"]
        with house.database.unit_of_work() as session:
            house.recall(session, session.get_one(Version, second.id))
        for partner in ("Alder", "Birch"):
            old = said(client, f"/r/{secret_of(house, first, partner)}")
            assert "also asked about version 2, and then withdrew that request." in old
            assert "now asks" not in old and "emailed again" not in old and "is not asked" not in old

    def test_a_partner_that_is_not_asked_reads_the_later_text_once_everyone_does(
        self, client: InspectingClient, house: House, first: Version, second: Version
    ) -> None:
        unasked = f"/r/{secret_of(house, first, 'Birch')}"
        assert "Fund each coordinator" not in said(client, unasked)
        with house.database.unit_of_work() as session:
            house.publish(session, session.get_one(Version, second.id))
        page = client.soup(unasked)
        assert "What is different in version 2" in page.text
        different = page.select_one(".since .passage.changed")
        assert different is not None and " ".join(different.text.split()) == (
            "Fund deleted: the end of deletion added: each end of addition coordinator"
        )

    def test_the_page_of_a_replaced_text_says_that_it_stays_public_until_the_later_one_is(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        alder = f"/r/{secret_of(house, first, 'Alder')}"
        with house.database.unit_of_work() as session:
            version = session.get_one(Version, first.id)
            house.publish(session, version)
            house.ask(session, house.checked(session, house.revised(session, version)), session.scalars(PARTNERS).all())
        words = "it stays public with its names until the later one is published, or until you withdraw"
        assert f"Version 1 can no longer be answered; {words}." in said(client, alder)
        assert words not in said(client, f"/r/{secret_of(house, first, 'Birch')}")

    def test_a_page_left_open_gets_409_with_the_difference_and_stores_nothing(
        self, client: InspectingClient, house: House, first: Version, second: Version
    ) -> None:
        secret = secret_of(house, second, "Alder")
        before = everything(house.database)
        stale = approve(client, secret, digest=first.digest)
        assert stale.status_code == 409
        assert "You were shown version 1; this page asks about version 2" in stale.text
        assert "<del>" in stale.text and "<ins>" in stale.text
        page = BeautifulSoup(stale.text, "html.parser")
        assert page.select("#answer-form input[checked]") == []  # what was declared of another text is gone
        old = abstain_on_old_form(client, secret_of(house, first, "Alder"), first)
        assert old.status_code == 409
        assert "What is different in version 2" in old.text
        assert everything(house.database) == before

    def test_the_public_page_names_who_approved_this_version_alone(
        self, client: InspectingClient, house: House, second: Version
    ) -> None:
        with house.database.unit_of_work() as session:
            house.publish(session, session.get_one(Version, second.id))
        assert "Alder" not in client.get(PUBLIC).text
        assert approve(client, secret_of(house, second, "Alder")).status_code == 303
        assert "Alder" in client.get(PUBLIC).text


def abstain_on_old_form(client: InspectingClient, secret: str, version: Version):  # type: ignore[no-untyped-def]
    """A form from before: with what the old page served, sent after the round was replaced."""
    settings = client.app.extensions["signoff"].settings
    with client.app.extensions["signoff"].database.reading() as session:
        link = session.scalars(select(Link).where(Link.lookup == link_lookup(secret))).one()
    fields = {
        "digest": version.digest,
        "form": form_value(settings.secret_key, link.id, version.digest),
        "answer": "abstain",
        "full_name": "Ana Alder",
    }
    return client.post(f"/r/{secret}/answer", data=fields)


class TestPeople:
    def test_handing_over_within_the_own_domain(self, client: InspectingClient, house: House, first: Version) -> None:
        secret = secret_of(house, first, "Birch")
        fields = {"full_name": "Cleo Colleague", "email": "cleo@birch.example"}
        assert client.submit(f"/r/{secret}", "/refer", **fields).status_code == 303
        page = said(client, f"/r/{secret}")
        assert "you named Cleo Colleague to answer instead" in page and "Your answer for Birch" not in page
        client.sign_in("publisher")
        assert "named by a contact" in said(client, "/staff/partners/birch")
        assert client.submit("/staff/partners/birch", "/confirm").status_code == 303
        assert "named by a contact" not in said(client, "/staff/partners/birch")
        client.sign_out()
        theirs = secret_of(house, first, "Birch", 1)
        assert approve(client, theirs, "Cleo Colleague").status_code == 303
        with house.database.unit_of_work() as session:
            house.publish(session, session.get_one(Version, first.id))
        assert "Birch" in client.get(PUBLIC).text

    def test_handing_over_elsewhere_waits_on_the_round_page(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        secret = secret_of(house, first, "Birch")
        client.submit(f"/r/{secret}", "/refer", full_name="Cleo Colleague", email="cleo@elsewhere.example")
        assert "Until then, you can still answer yourself" in said(client, f"/r/{secret}")
        client.sign_in("publisher")
        assert "says Cleo Colleague, at another email domain, should answer" in said(client, "/staff/")
        client.sign_in("publisher")
        page = f"{BASE}/1/round"
        assert "cleo@elsewhere.example" in said(client, page)
        assert client.submit(page, "/referrals/1", settle="accept").status_code == 303
        assert "Needs your decision" not in said(client, page)
        assert secret_of(house, first, "Birch", 1)

    def test_who_named_a_colleague_takes_that_back_and_answers(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        page = f"/r/{secret_of(house, first, 'Birch')}"
        assert "Answer yourself after all" not in said(client, page)
        client.submit(page, "/refer", full_name="Cleo Colleague", email="cleo@birch.example")
        theirs = f"/r/{secret_of(house, first, 'Birch', 1)}"
        shown = said(client, page)
        assert "Answer yourself after all" in shown and "Record our answer" not in shown
        assert client.submit(page, "/take-back").status_code == 422  # as served, as a scanner sends it
        assert "Please sign as Ana Birch." in client.submit(page, "/take-back", full_name="Cleo Colleague").text
        target, served = client.form(page, "/take-back")
        cross = {"Sec-Fetch-Site": "cross-site"}
        assert client.post(target, data={**dict(served), "full_name": "Ana Birch"}, headers=cross).status_code == 403
        assert client.get(theirs).status_code == 200
        back = client.submit(page, "/take-back", full_name="ana birch")
        assert back.status_code == 303 and back.headers["Location"].endswith("#referral")
        shown = said(client, page)
        assert "Record our answer" in shown and "you named" not in shown and "after all" not in shown
        assert "you took back naming Cleo Colleague. You can answer for Birch again." in shown
        assert client.get(theirs).status_code == 410
        assert client.post(target, data={**dict(served), "full_name": "Ana Birch"}).status_code == 409
        client.sign_in("publisher")
        assert "Cleo Colleague" not in said(client, f"{BASE}/1/round")
        assert "took back the colleague named to answer about version 1" in said(client, BASE.removesuffix("/versions"))

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"full_name": "", "email": "cleo@birch.example"}, "Please fill this in."),
            ({"full_name": "Cleo", "email": "nonsense"}, "Please give an email address"),
            ({"full_name": "Ana Birch", "email": "ana@birch.example"}, "This is your own address"),
            ({"full_name": "C", "email": "drafter@coalition.example"}, "This address cannot be used here."),
            ({"full_name": "x\u202ey", "email": "cleo@birch.example"}, "cannot be shown"),
        ],
    )
    def test_bad_colleagues_keep_what_was_typed_and_store_nothing(
        self, client: InspectingClient, house: House, first: Version, fields: dict[str, str], sentence: str
    ) -> None:
        before = everything(house.database)
        response = client.submit(f"/r/{secret_of(house, first, 'Birch')}", "/refer", **fields)
        assert response.status_code == 422
        assert sentence in response.text
        assert f'value="{fields["email"]}"' in response.text
        assert everything(house.database) == before

    def test_a_form_sent_as_served_or_from_elsewhere_hands_nothing_over(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        secret = secret_of(house, first, "Birch")
        assert client.submit(f"/r/{secret}", "/refer").status_code == 422
        target, served = client.form(f"/r/{secret}", "/refer")
        data = {**dict(served), "full_name": "C", "email": "c@birch.example"}
        assert client.post(target, data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert client.post(target, data={**data, "form": "forged"}).status_code == 422
        with house.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Referral)) == 0

    def test_a_fresh_link_and_one_page_for_whatever_link(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        secret = secret_of(house, first, "Birch")
        asked = client.submit(f"/r/{secret}/fresh", "/fresh")
        assert asked.status_code == 200
        dead = client.get(f"/r/{secret}")
        assert dead.status_code == 410 and "Email me a new link" in dead.text
        again = client.post(f"/r/{secret}/fresh")
        unknown, malformed = client.post(f"/r/{'x' * 43}/fresh"), client.post("/r/short/fresh")
        assert {page.text for page in (asked, again, unknown, malformed)} == {asked.text}
        assert {page.status_code for page in (asked, again, unknown, malformed)} == {200}
        with house.database.reading() as session:
            letters = session.scalars(select(Letter).where(Letter.kind == "fresh_link")).all()
            assert [letter.contact.email for letter in letters if letter.contact] == ["ana@birch.example"] * 2
        assert client.get(f"/r/{secret_of(house, first, 'Birch')}").status_code == 200
        assert client.get(f"/r/{'x' * 43}").status_code == 404

    def test_after_a_contest_the_page_leads_to_a_new_link(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        with house.database.unit_of_work() as session:
            house.publish(session, session.get_one(Version, first.id))
        secret = secret_of(house, first, "Alder")
        house.clock.advance(minutes=1)
        assert client.submit(f"/r/{secret}", "/contest", full_name="Ana Alder").status_code == 303
        assert "Alder" not in client.get(PUBLIC).text
        assert "this link can no longer approve" in said(client, f"/r/{secret}")
        house.clock.advance(minutes=1)
        client.submit(f"/r/{secret}/fresh", "/fresh")
        assert approve(client, secret_of(house, first, "Alder")).status_code == 303
        assert "Alder" in client.get(PUBLIC).text

    def test_the_contacts_own_page_mails_the_link_to_each_question(
        self, client: InspectingClient, house: House, first: Version, second: Version
    ) -> None:
        secret = secret_of(house, first, "Alder")
        page = client.soup(f"/r/{secret}/organization")
        assert "Fund each coordinator" in page.text and "Receipt: approved as Alder, signed by Ana Alder" in " ".join(
            page.text.split()
        )
        newer = secret_of(house, second, "Alder")
        assert newer not in str(page)  # acting needs that question's own, mailed link
        assert client.submit(f"/r/{secret}/organization", "/organization").status_code == 200
        assert client.get(f"/r/{newer}").status_code == 410
        with house.database.reading() as session:
            letter = session.scalars(select(Letter).where(Letter.kind == "fresh_link")).one()
            assert letter.version_id == second.id
        target, served = client.form(f"/r/{secret}/organization", "/organization")
        for number in ("0", "2", "99", "x", "9" * 30):  # request 2 is Birch's
            assert client.post(target, data={**dict(served), "question": number}).status_code == 404

    def test_the_packet_and_the_calendar(self, client: InspectingClient, house: House, second: Version) -> None:
        secret = secret_of(house, second, "Alder")
        packet = said(client, f"/r/{secret}/packet")
        for words in ("For the board of Alder", "What changed since Alder approved version 1", "Publisher Person"):
            assert words in packet
        assert "Because it says so." in packet and second.digest in packet
        paper = client.get(f"/r/{secret}/packet.pdf")
        assert paper.content_type == "application/pdf" and b"pdfuaid" in paper.data
        sheet = " ".join(words_of(paper).split())
        for words in (
            "For the board of Alder", "What is asked: Whether Alder approves exactly the text", "Publisher Person",
            "What changed since Alder approved version 1", "Because it says so.", second.digest,
            f"The board’s decision on {second.title}, version 2 approve this text",
            "Not answering never counts as an approval.",
        ):  # fmt: skip
            assert words in sheet, words
        for field, value in (("Summary", second.summary), ("Title", second.title)):
            assert value in sheet, field
        calendar = client.get(f"/r/{secret}/deadline.ics")
        assert calendar.content_type == "text/calendar; charset=utf-8"
        assert calendar.text.startswith("BEGIN:VCALENDAR") and secret not in calendar.text


PROPOSED = {"proposed_name": "Birch of Ohio", "full_name": "Ana Birch"}


class TestNames:
    def test_propose_accept_approve(self, client: InspectingClient, house: House, first: Version) -> None:
        secret = secret_of(house, first, "Birch")
        assert client.submit(f"/r/{secret}", "/name", **PROPOSED).status_code == 303
        assert "Waiting to be accepted: Birch of Ohio." in said(client, f"/r/{secret}")
        target, served = client.form(f"/r/{secret}", "/name")
        forged = {**dict(served), **PROPOSED, "proposed_name": "Birch of Iowa", "digest": "junk"}
        assert client.post(target, data=forged).status_code == 409
        refused = approve(client, secret, "Ana Birch", public_name="Birch of Ohio")
        assert refused.status_code == 422
        client.sign_in("drafter")
        assert "Accept" not in [b.text for b in client.soup(f"{BASE}/1/round").find_all("button")]
        client.sign_in("publisher")
        client.submit(f"{BASE}/1/round", "/proposals/1", settle="accept")
        assert approve(client, secret, "Ana Birch", public_name="Birch of Ohio").status_code == 303
        with house.database.unit_of_work() as session:
            house.publish(session, session.get_one(Version, first.id))
        assert "Birch of Ohio" in client.get(PUBLIC).text

    def test_a_settling_without_a_choice_settles_nothing(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        client.submit(
            f"/r/{secret_of(house, first, 'Birch')}", "/name", proposed_name="Birch of Ohio", full_name="Ana Birch"
        )
        client.sign_in("publisher")
        assert client.submit(f"{BASE}/1/round", "/proposals/1").status_code == 422
        assert "Birch of Ohio" in said(client, f"{BASE}/1/round")


class TestRounds:
    def test_remind_exactly_those_shown(self, client: InspectingClient, house: House, first: Version) -> None:
        client.sign_in("publisher")
        page = client.soup(f"{BASE}/1/round/remind")
        assert "Remind one contact at one partner" in page.text
        assert "We have not received an answer yet" in " ".join(page.text.split())
        target, served = client.form(f"{BASE}/1/round/remind", "/remind")
        with house.database.unit_of_work() as session:
            house.say(session, session.get_one(Version, first.id), "Birch", "abstain")
        assert client.post(target, data=dict(served)).status_code == 409  # the list has changed meanwhile
        with house.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == "reminder")) == 0
        assert "No partner to remind" in said(client, f"{BASE}/1/round/remind")

    def test_remind_once_a_day(self, client: InspectingClient, first: Version) -> None:
        client.sign_in("publisher")
        assert client.submit(f"{BASE}/1/round/remind", "/remind").status_code == 303
        assert "One partner was reminded within the last 24 hours" in said(client, f"{BASE}/1/round/remind")

    @pytest.mark.parametrize(
        ("typed", "status", "sentence"),
        [
            ("2026-12-09T17:00", 303, ""),
            ("2026-11-01T17:00", 409, "The deadline is in the past."),
            ("2027-03-14T02:30", 422, "this time does not exist"),
            ("2027-11-07T01:30", 422, "occurs twice"),
            ("", 422, "Please give a date and a time."),
        ],
    )
    def test_move_the_deadline(
        self, client: InspectingClient, first: Version, typed: str, status: int, sentence: str
    ) -> None:
        client.sign_in("publisher")
        response = client.submit(f"{BASE}/1/round/deadline", "/deadline", deadline=typed)
        assert response.status_code == status
        assert sentence in response.text
        if status == 303:
            assert "December 9, 2026, 5:00 p.m. EST" in said(client, f"{BASE}/1/round")

    def test_recall_with_a_reason(self, client: InspectingClient, house: House, first: Version) -> None:
        client.sign_in("publisher")
        page = f"{BASE}/1/round/recall"
        assert client.submit(page, "/recall", reason="").status_code == 422
        assert client.submit(page, "/recall", reason="The bill was withdrawn.").status_code == 303
        assert "recalled because: The bill was withdrawn." in said(client, f"{BASE}/1/round")
        assert "partners answered" not in said(client, "/staff/"), "nothing can be published from it anymore"
        partner = said(client, f"/r/{secret_of(house, first, 'Alder')}")
        assert "This request was withdrawn by the Coalition." in partner and "The bill was withdrawn." in partner
        assert client.get(PUBLIC).status_code == 404

    def test_drop_one_partner(self, client: InspectingClient, house: House, first: Version) -> None:
        with house.database.unit_of_work() as session:
            house.publish(session, session.get_one(Version, first.id))
        assert "Alder" in client.get(PUBLIC).text
        client.sign_in("publisher")
        page = f"{BASE}/1/round/partners/alder/drop"
        assert client.submit(page, "/drop", reason="Asked by mistake.").status_code == 303
        client.sign_out()
        assert "Alder" not in client.get(PUBLIC).text
        partner = said(client, f"/r/{secret_of(house, first, 'Alder')}")
        assert "Alder is no longer asked about this text." in partner and "Asked by mistake." in partner

    def test_a_dropped_partner_can_be_chosen_again(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        client.sign_in("publisher")
        client.submit(f"{BASE}/1/round/partners/alder/drop", "/drop", reason="Asked by mistake.")
        assert "Alder" in [
            label.text.split("Ana")[0].strip() for label in client.soup(f"{BASE}/1/ask").select(".choice")
        ]

    @pytest.mark.parametrize("page", ["remind", "deadline", "recall", "partners/alder/drop"])
    def test_a_recalled_round_offers_no_acts(
        self, client: InspectingClient, house: House, first: Version, page: str
    ) -> None:
        with house.database.unit_of_work() as session:
            house.recall(session, session.get_one(Version, first.id))
        client.sign_in("publisher")
        board = client.soup(f"{BASE}/1/round")
        assert not [
            link for link in board.select("main a") if link["href"].endswith(("/remind", "/publish", "/recall"))
        ]
        if page != "partners/alder/drop":
            assert client.get(f"{BASE}/1/round/{page}").status_code == 409

    @pytest.mark.parametrize("act", ["answer", "withdraw", "contest", "refer", "take-back", "name", "comment"])
    def test_digests_no_database_can_hold_are_other_texts(
        self, client: InspectingClient, first: Version, house: House, act: str
    ) -> None:
        secret = secret_of(house, first, "Alder")
        fields = {"full_name": "Ana Alder", "email": "c@alder.example", "comment": "Hm.", "proposed_name": "Alder A"}
        for digest in ("\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "9" * 5000):
            response = client.post(f"/r/{secret}/{act}", data={**fields, "digest": digest, "form": "x"})
            assert response.status_code in (409, 422), (act, digest[:5])


class TestComments:
    def test_from_the_invitation_to_the_answer(self, client: InspectingClient, house: House) -> None:
        with house.database.unit_of_work() as session:
            house.position(session)
            house.partner(session, "Alder")
        client.sign_in("drafter")
        page = "/staff/positions/fund-the-coordinator/comments"
        assert client.submit(page, "/comments").status_code == 422
        assert client.submit(page, "/comments", partner="1").status_code == 303
        with house.database.reading() as session:
            secret = house.secret(session.scalars(select(Invitation)).one())
        client.sign_out()
        link = f"/r/{secret}"
        assert "This asks for no approval" not in said(client, link) and "Your answer" not in said(client, link)
        for act in ("answer", "withdraw", "contest", "refer", "take-back", "name"):
            assert client.post(f"{link}/{act}", data={}).status_code == 404
        wrong = client.submit(link, "/comment", quote="Not there.", comment="Hm.")
        assert wrong.status_code == 422 and "are not in the text" in wrong.text and "Hm." in wrong.text
        quote = "Two seats for families."
        assert client.submit(link, "/comment", quote=quote, comment="Three, please.").status_code == 303
        assert "Three, please." in said(client, link)
        client.sign_in("drafter")
        assert "Ana Alder, Alder · on version 1" in said(client, page)
        assert client.submit(page, "/comments/1").status_code == 422
        assert client.submit(page, "/comments/1", outcome="taken_up", note="Done.").status_code == 303
        client.sign_out()
        assert "taken up Done." in said(client, link)

    def test_comments_are_private(self, client: InspectingClient, house: House, first: Version) -> None:
        client.submit(f"/r/{secret_of(house, first, 'Alder')}", "/comment", comment="A private remark.")
        with house.database.unit_of_work() as session:
            assert session.scalars(select(Comment)).one().words == "A private remark."
            house.publish(session, session.get_one(Version, first.id))
        assert "A private remark." not in said(client, f"/r/{secret_of(house, first, 'Birch')}")
        for path in (PUBLIC, f"{PUBLIC}.json", f"{PUBLIC}.md", "/positions/feed.atom"):
            assert "private remark" not in client.get(path).text


class TestWordsAndLists:
    def test_a_reviewer_records_why_words_are_not_the_partner(self, client: InspectingClient, house: House) -> None:
        with house.database.unit_of_work() as session:
            house.partner(session, "Every Yard")
            text = "- We *ask* first.\n- We open Every Yard for **all**.\n- Then we look at who comes."
            house.checked(session, house.position(session, body=text))
        client.sign_in("publisher")
        reasons = client.soup(f"{BASE}/1/publish").select(".missing a")
        (link,) = [reason["href"] for reason in reasons]
        assert len(client.soup(str(link)).select(".passages li")) == 1  # as typed and as read, shown once
        assert "A reviewer who did not write any of this text can record that." in said(client, str(link))
        client.sign_in("reviewer")
        assert client.submit(str(link), "/every-yard", reason="").status_code == 422
        assert client.submit(str(link), "/every-yard", reason="Any yard is meant.").status_code == 303
        client.sign_in("publisher")
        client.submit(f"{BASE}/1/publish", "/publish")
        assert "We open Every Yard for" in said(client, PUBLIC)

    def test_the_list_as_delivered(self, client: InspectingClient, house: House, first: Version) -> None:
        with house.database.unit_of_work() as session:
            version = session.get_one(Version, first.id)
            house.say(session, version, "Birch")
            house.publish(session, version)
            house.clock.advance(days=1)
            house.withdraw(session, version, "Alder")
            house.ask(session, version, [house.partner(session, "Cedar")])
            house.say(session, version, "Cedar")
        page = said(client, f"{PUBLIC}/delivered")
        assert "two partners stood behind it" in page and "one other is only counted" in page
        assert "Birch" in page and "Alder" not in page and "Cedar" not in page
        later = said(client, f"{PUBLIC}/delivered?on=2026-11-25")
        assert "Birch" in later and "Cedar" in later and "Alder" not in later
        for day, sentence in (("2026-11-01", "was not public yet"), ("nonsense", "Please give the date")):
            assert sentence in said(client, f"{PUBLIC}/delivered?on={day}")

    def test_computed_words_are_outside_the_digest_and_shown_as_such(
        self, client: InspectingClient, house: House
    ) -> None:
        body = "Signed by {{signatory_count}} partners on {{date}}."
        with house.database.unit_of_work() as session:
            version = house.checked(session, house.position(session, body=body, summary="{{ signatory_count }} ask."))
            house.ask(session, version, [house.partner(session, name) for name in ("Alder", "Birch")])
            house.say(session, version, "Alder")
            digest = version.digest
        partner = said(client, f"/r/{secret_of(house, version, 'Birch')}")
        assert "Signed by number of signatories partners on day of publication ." in partner
        with house.database.unit_of_work() as session:
            house.publish(session, session.get_one(Version, version.id))
        page = client.soup(PUBLIC)
        assert [mark.text for mark in page.select(".text .computed")] == ["1", "November 24, 2026"]
        assert "marked like this" in page.text
        assert "{{signatory_count}}" in client.get(f"{PUBLIC}/text").text
        with house.database.unit_of_work() as session:
            house.say(session, session.get_one(Version, version.id), "Birch")
        json = client.get(f"{PUBLIC}.json").get_json()
        assert json is not None
        assert (json["computed"]["signatory_count"], json["digest"]) == ("2", digest)
        assert "2 ask." in client.get("/positions/feed.atom").text
        assert "Signed by 2 partners" in client.get(f"{PUBLIC}.md").text

    def test_computed_words_cannot_stand_in_a_title(self, client: InspectingClient, house: House) -> None:
        client.sign_in("drafter")
        fields = {"title": "{{date}}", "summary": "s", "body": "b"}
        response = client.submit("/staff/positions/new", "/new", act="save", **fields)
        assert response.status_code == 422 and "in the summary, the text and the date only" in response.text

    def test_two_versions_compared(self, client: InspectingClient, first: Version, second: Version) -> None:
        client.sign_in("drafter")
        page = "/staff/positions/fund-the-coordinator/compare"
        assert "Version 1 and version 2" in said(client, page)
        assert client.soup(f"{page}?before=1&after=2&view=beside").select(".beside-each")
        assert "Choose two different versions" in said(client, f"{page}?before=2&after=2")
        assert client.get(f"{page}?before=1&after=99").status_code == 404


class TestContacts:
    PAGE = "/staff/partners/alder"

    def test_correct_confirm_and_remove(self, client: InspectingClient, house: House, first: Version) -> None:
        old = secret_of(house, first, "Alder")
        client.sign_in("administrator")
        bad = client.submit(self.PAGE, "/contacts/1", email="nonsense")
        assert bad.status_code == 422 and 'value="nonsense"' in bad.text
        assert client.submit(self.PAGE, "/contacts/1", email="ana@new.example").status_code == 303
        assert client.get(f"/r/{old}").status_code == 410
        page = said(client, self.PAGE)
        assert "You entered this address; a second staff member can confirm it." in page
        new = secret_of(house, first, "Alder")
        assert "Your address is new to us." in said(client, f"/r/{new}")
        assert client.post(f"{self.PAGE}/contacts/1/confirm", data={}).status_code == 403
        client.sign_in("publisher")
        assert client.submit(self.PAGE, "/contacts/1/confirm").status_code == 303
        assert "confirmed by Publisher Person" in said(client, self.PAGE)
        assert "Your answer for Alder" in said(client, f"/r/{new}")
        client.sign_in("administrator")
        assert client.submit(self.PAGE, "/contacts/1/remove").status_code == 303
        assert client.get(f"/r/{new}").status_code == 410

    def test_add_a_contact(self, client: InspectingClient, house: House, first: Version) -> None:
        client.sign_in("administrator")
        fields = {"name": "Ben Alder", "email": "ben@alder.example"}
        assert client.submit(self.PAGE, "/contacts", **fields).status_code == 303
        assert client.submit(self.PAGE, "/contacts", **fields).status_code == 422
        with house.database.reading() as session:
            contact = session.scalars(select(Contact).where(Contact.email == "ben@alder.example")).one()
            assert contact.answers_from == house.clock() + timedelta(hours=24)
            assert told_of(session) == ["ana@alder.example"]

    def test_only_administrators_see_the_forms(self, client: InspectingClient, first: Version) -> None:
        client.sign_in("drafter")
        assert not client.soup(self.PAGE).select("form[action*=contacts]")


def told_of(session: Session) -> list[str]:
    letters = session.scalars(select(Letter).where(Letter.kind == "contact_changed"))
    return [letter.contact.email for letter in letters if letter.contact]


def test_an_answer_keeps_title_basis_and_the_boards_day(client: InspectingClient, house: House, first: Version) -> None:
    secret = secret_of(house, first, "Birch")
    fields = {"job_title": "Chair", "board_decided_on": "2026-11-20", "public_note": "With thanks."}
    assert approve(client, secret, "Ana Birch", **fields).status_code == 303
    with house.database.reading() as session:
        answer = session.scalars(select(Answer).order_by(Answer.id.desc()).limit(1)).one()
        assert (answer.authority, answer.board_decided_on, answer.person.job_title) == (
            "board",
            date(2026, 11, 20),
            "Chair",
        )
    before = everything(house.database)
    assert approve(client, secret, "Ana Birch", **fields).status_code == 303
    assert everything(house.database) == before


class TestSteppingBack:
    def test_a_contact_asks_not_to_be_emailed_and_staff_settle_it(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        secret = secret_of(house, first, "Alder")
        before = everything(house.database)["answer"]
        target, served = client.form(f"/r/{secret}", "/elsewhere")
        assert client.post(target, data=dict(served)).status_code == 422  # as served, as a scanner sends it
        served.append(("full_name", "Ana Alder"))
        served = [pair for pair in served if pair != ("full_name", "")]
        assert client.post(target, data={**dict(served), "form": "forged"}).status_code == 422
        cross = client.post(target, data=dict(served), headers={"Sec-Fetch-Site": "cross-site"})
        assert cross.status_code == 403 and everything(house.database)["referral"] == []
        for _ in range(2):  # once more records nothing
            assert client.post(target, data=dict(served)).status_code == 303
        assert len(everything(house.database)["referral"]) == 1
        page = said(client, f"/r/{secret}")
        assert "you asked us not to email you" in page and "you named" not in page
        assert client.get(f"/r/{secret}/elsewhere").status_code == 302

        client.sign_in("publisher")
        assert "asked us to stop emailing them" in said(client, "/staff/")
        board = f"{BASE}/1/round"
        assert "Ana Alder of Alder asked us to stop emailing them" in said(client, board)
        helper = "Only an administrator can change contacts. Administrators here: Administrator Person."
        assert helper in said(client, board)
        partner = said(client, "/staff/partners/alder")
        assert helper in partner and "asked us to stop emailing them" in partner
        accept, fields = client.form(board, "/staff/referrals/1")
        assert client.post(accept, data={**dict(fields), "settle": "accept"}).status_code in (302, 303, 409)
        assert client.post(accept, data={**dict(fields), "settle": "refuse"}).status_code == 303
        assert "asked us to stop emailing them" not in said(client, board)
        client.sign_out()
        assert "Please stop emailing me" in said(client, f"/r/{secret}")
        with house.database.reading() as session:
            letters = session.scalars(select(Letter).where(Letter.kind == "referred")).all()
            assert [letter.user.email for letter in letters] == ["publisher@coalition.example"]
            kinds = session.scalars(select(Entry.kind).where(Entry.kind.like("%step%")).order_by(Entry.id)).all()
        assert kinds == ["contact_stepped_back", "step_back_settled"]
        assert everything(house.database)["answer"] == before

    def test_staff_see_who_asked_for_it_before_they_remind(
        self, client: InspectingClient, house: House, first: Version
    ) -> None:
        page = f"/r/{secret_of(house, first, 'Birch')}"
        assert client.submit(page, "/elsewhere", full_name="Ana Birch").status_code == 303
        client.sign_in("publisher")
        board, told = f"{BASE}/1/round", "ana@birch.example asked us to stop emailing them"
        assert told in said(client, f"{board}/remind")
        assert client.submit(board, "/staff/referrals/1", settle="refuse").status_code == 303
        assert told not in said(client, f"{board}/remind")
