"""What is stored about a person goes from every table; what was proven stays provable; the record names nobody."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from signoff.cli.erase import erase
from signoff.domain.errors import Conflict, NotAllowed, NotAsShown, NotFound
from signoff.domain.permissions import OPERATOR
from signoff.evidence.partner_proofs import verify_proof
from signoff.evidence.position_bundles import verify_bundle
from signoff.models import (
    Answer,
    AnswerPerson,
    Base,
    Comment,
    Contact,
    Entry,
    IdempotentCall,
    Letter,
    Link,
    Publication,
    Referral,
)
from signoff.services.accounts.throttling import attempt_at_address, record_failure
from signoff.services.answers import answers
from signoff.services.outbox.mail_state import note_pause, resume
from signoff.services.partners.contacts import remove_contact
from signoff.services.partners.erasure import erase_person, preview_erasure
from signoff.services.partners.personal_data import ERASABLE, ERASED
from signoff.services.publications.bundles import bundle_of
from signoff.services.publications.partner_proofs import proofs_of
from signoff.services.rounds import consultations
from signoff.worker.turn import work_once
from tests.house import PASSWORD, House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink
from tests.services.publications.logged import first, sealed, wrong_in

EMAIL, NAME = "quillana@alder.example", "Quillana Featherstone"
# Each is in one place or more before, and nowhere afterwards.
MARKS = (
    "quillana", "featherstone", "zebrafinch", "reason-nobody-knows", "note-nobody-knows", "words-of-a-comment",
    "staff-noted-this", "ask-her", "she-told-me", "named-in-a-removal", "kept-by-the-api",
)  # fmt: skip


@pytest.fixture
def lived(house: House, sink: Sink) -> House:
    """A person who answered, commented, named a colleague and was named; all email about it has left."""
    with house.database.unit_of_work() as session:
        alder = house.partner(session, "Alder", NAME, "Bo Alder")
        birch = house.partner(session, "Birch")
        her = alder.contacts[0]
        house.clock.advance(days=2)
        house.correct(session, her, job_title="Zebrafinch Director")
        drafted = house.position(session, "Fund the coordinator")
        invitations = sorted(house.invite(session, drafted, alder), key=lambda one: one.contact_id)
        made = house.comment(session, invitations[0], "words-of-a-comment")
        house.comment(session, invitations[1], f"ask-her: {NAME} knows.")
        house.clock.advance(days=2)
        drafter = house.act(session, house.user(session, "drafter").actor)
        consultations.settle_comment(drafter, made, outcome="taken_up", note="staff-noted-this")
        version = house.checked(session, drafted)
        house.ask(session, version, [alder, birch])
        house.refer(session, version, "Birch", EMAIL.replace("alder", "ALDER"))
        house.say(session, version, "Alder", "decline", reason="reason-nobody-knows", job_title="Zebrafinch Director")
        house.say(session, version, "Alder", note="note-nobody-knows")
        house.say(session, version, "Birch", note=f"she-told-me, says quillana  FEATHERSTONE to do so. {EMAIL}")
        house.clock.advance(minutes=1)
        house.publish(session, version)
        _remove_birch(house, session)
        record_failure(session, attempt_at_address(EMAIL), "127.0.0.1", clock=house.clock)
        answer = f'{{"name": "Quillana", "email": "{EMAIL}", "what": "kept-by-the-api"}}'
        at, user = house.clock(), house.user(session, "administrator").id
        session.add(IdempotentCall(user_id=user, key="k", request_digest="d", status=201, answer=answer, at=at))
    work_once(house.worker())
    return house


def _remove_birch(house: House, session: Session) -> None:
    publisher = house.act(session, house.user(session, "publisher").actor)
    birch = house.link(session, first(session), "Birch").contact.partner
    answers.remove_name(publisher, first(session), birch, reason=f"named-in-a-removal by {NAME}")


def dump(house: House) -> str:
    """Every text that any table or full-text index of the database holds."""
    with house.database.engine.connect() as connection:
        return "\n".join(_rows(connection)).casefold()


def _rows(connection) -> Iterator[str]:  # type: ignore[no-untyped-def]
    for table in inspect(connection).get_table_names():
        for row in connection.execute(text(f'SELECT * FROM "{table}"')):
            yield " ".join(" ".join(str(value).split()) for value in row)


def erased(house: House, email: str = EMAIL) -> None:
    with house.database.unit_of_work() as session:
        erase_person(house.act(session, OPERATOR), email)


def test_no_word_of_a_person_is_left_and_everything_proven_stays_so(lived: House) -> None:
    before = dump(lived)
    assert [mark for mark in MARKS if mark not in before] == []
    sealed(lived)
    with lived.database.reading() as session:
        bundle = bundle_of(session, session.get_one(Publication, 1)).text
        proofs = proofs_of(session, session.scalars(select(Answer)).all())
    assert wrong_in(lived) == [] and len(proofs) == 4
    lived.clock.advance(minutes=1)
    erased(lived, f" {EMAIL.upper()} ")
    after = dump(lived)
    assert [mark for mark in MARKS if mark in after] == []
    # What was said stays, without the person; so do the others' own facts.
    assert "bo alder" in after and "alder.example" in after
    sealed(lived)
    assert wrong_in(lived) == []
    key = str(lived.keys.signers("127.0.0.1:8000/log")[0].verifier)
    with lived.database.reading() as session:
        now = bundle_of(session, session.get_one(Publication, 1)).text
        told = [session.scalars(select(Entry.kind).order_by(Entry.id.desc()).limit(2)).all()]
        entry = session.scalars(select(Entry).where(Entry.kind == "person_erased")).one()
        later = proofs_of(session, session.scalars(select(Answer)).all())
    for number, proof in (*proofs.items(), *later.items()):
        verify_proof(proof, now=lived.clock(), pinned=key)
        assert set(proofs) == set(later), number
    for file in (bundle, now):
        assert verify_bundle(file, now=lived.clock(), pinned=key).names == ("Alder",)
    assert told == [["person_erased", "contact_removed"]]
    assert '"facts":{"rows":' in entry.body and "alder" not in entry.body and "contact" not in entry.body


def test_the_others_are_told_and_the_person_is_written_to_no_more(lived: House, sink: Sink) -> None:
    with lived.database.unit_of_work() as session:
        waiting = lived.link(session, first(session), "Alder")
        lived.clock.advance(minutes=5)
        lived.fresh(session, waiting)
    number = len(sink.letters)
    erased(lived)
    work_once(lived.worker())
    assert "bo@alder.example" in sink.recipients[number:] and EMAIL not in sink.recipients[number:]
    assert "quillana" not in dump(lived) and wrong_in(lived) == []
    with lived.database.reading() as session:
        her = session.scalars(select(Contact).where(Contact.full_name == ERASED)).one()
        assert (her.email, her.job_title) == ("", "") and her.removed_at is not None
        links = session.scalars(select(Link).where(Link.contact_id == her.id, Link.revoked_at.is_(None))).all()
        waits = session.scalars(select(Letter).where(Letter.contact_id == her.id, Letter.state == "queued")).all()
        assert (links, waits) == ([], [])


def test_the_preview_says_what_goes_and_what_stays_and_changes_nothing(lived: House) -> None:
    before = dump(lived)
    with lived.database.reading() as session:
        preview = preview_erasure(session, EMAIL)
    assert preview.erased[:4] == (
        "Name, address and job title of a contact of Alder, who stops being a contact at once.",
        "Two answers: name, job title, reason and private note.",
        "One comment: all words, and what staff noted about them.",
        "One referral: the name, address and job title given for this person.",
    )
    assert preview.erased[4].startswith("Three texts of others:")
    assert " emails: recipient, subject and text" in preview.erased[5]
    assert preview.erased[6] == "One kept answer of the API: all of it."
    assert preview.stays[0].startswith("Two answers of the organization: what was said")
    assert len(preview.stays) == 1 and dump(lived) == before


def test_a_name_in_what_is_never_changed_is_told_of(lived: House) -> None:
    with lived.database.unit_of_work() as session:
        lived.revised(session, first(session), body=f"Schools need {NAME}.")
        lived.leaves(session, "Birch")
        preview = preview_erasure(session, EMAIL)
    assert preview.stays[1:] == (
        "The name or address in one version of a text, since approvals are bound to every word of it.",
    )


def test_it_is_refused_for_staff_for_strangers_and_again(lived: House) -> None:
    with lived.database.writer() as session:
        operator = lived.act(session, OPERATOR)
        for nobody in ("nobody@alder.example", "", "%", "_"):
            with pytest.raises(NotFound, match="Nothing is stored about"):
                erase_person(operator, nobody)
        with pytest.raises(Conflict, match="staff account"):
            erase_person(operator, "drafter@coalition.example")
        with pytest.raises(NotAllowed):
            erase_person(lived.act(session, lived.user(session, "publisher").actor), EMAIL)
        shown = preview_erasure(session, EMAIL).digest
        lived.comment(session, lived.link(session, first(session), "Alder"), "One more.")
        with pytest.raises(NotAsShown):
            erase_person(operator, EMAIL, shown=shown)
        erase_person(operator, EMAIL, shown=preview_erasure(session, EMAIL).digest)
        with pytest.raises(NotFound, match="or it was erased"):
            erase_person(operator, EMAIL)


def test_the_command_shows_what_it_does_and_says_when_there_is_nothing(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", lived.database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SIGNOFF_SECRET_KEY", lived.settings.secret_key)
    monkeypatch.setenv("SIGNOFF_SEALING_KEY_FILE", str(lived.settings.sealing_key_file))
    before = dump(lived)
    tried = CliRunner().invoke(erase, [EMAIL, "--dry-run"])
    assert tried.exit_code == 0 and "Would erase:\n  - Name, address and job title of a contact" in tried.output
    assert dump(lived) == before
    done = CliRunner().invoke(erase, [EMAIL])
    assert done.exit_code == 0 and done.output.endswith(
        "Erased. The record shows that data was erased, but not whose.\n"
    )
    assert "quillana" not in dump(lived)
    again = CliRunner().invoke(erase, [EMAIL])
    assert again.exit_code == 1
    assert again.output == f"Nothing is stored about {EMAIL}: it was never here, or it was erased.\n"


def test_the_page_shows_first_and_asks_for_the_password(lived: House, client: InspectingClient) -> None:
    client.sign_in("publisher")
    assert client.get("/staff/erase").status_code == 403
    client.sign_in("administrator")
    assert "/staff/erase" in client.get("/staff/partners/alder").text
    unknown = client.submit("/staff/erase", "/staff/erase", email="nobody@else.example")
    assert unknown.status_code == 422 and "Nothing is stored about nobody@else.example" in unknown.text
    staff = client.submit("/staff/erase", "/staff/erase", email="drafter@coalition.example")
    assert staff.status_code == 422 and "staff account" in staff.text
    shown = client.submit("/staff/erase", "/staff/erase", email=EMAIL)
    assert shown.status_code == 200 and "Two answers: name, job title" in shown.text
    lived.clock.advance(hours=1)
    form = {"email": EMAIL, "shown": value_of(shown.text, "shown"), "csrf_token": value_of(shown.text, "csrf_token")}
    asked = client.post("/staff/erase/person", data=form)
    assert asked.status_code == 401 and "quillana" in dump(lived)
    stale = client.post("/staff/erase/person", data={**form, "shown": "0" * 64, "prove_password": PASSWORD})
    assert stale.status_code == 409 and "Two answers: name, job title" in stale.text
    done = client.post("/staff/erase/person", data=form, follow_redirects=True)
    assert "Erased. The record shows that data was erased, but not whose." in done.text
    assert "quillana" not in dump(lived)
    record = client.get("/staff/record").text
    assert "A person’s data was erased" in record
    # Pages that showed the person go on without.
    for path in ("/staff/partners/alder", "/staff/letters", "/staff/positions/fund-the-coordinator/comments"):
        assert client.get(path).status_code == 200
    board = client.get("/staff/positions/fund-the-coordinator/versions/1/round")
    assert board.status_code == 200 and "Quillana" not in board.text


def value_of(page: str, name: str) -> str:
    field = BeautifulSoup(page, "html.parser").select_one(f"form.band input[name={name}], input[name={name}]")
    assert field is not None
    return str(field["value"])


def test_an_email_in_hand_is_waited_for(lived: House) -> None:
    with lived.database.unit_of_work() as session:
        her = lived.link(session, first(session), "Alder")
        lived.clock.advance(minutes=5)
        lived.fresh(session, her)
        letter = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert letter is not None and letter.contact_id == her.contact_id
        letter.state, letter.claimed_until = "sending", lived.clock()
    with pytest.raises(Conflict, match="being sent right now"):
        erased(lived)
    assert "quillana" in dump(lived)


def test_who_was_only_named_by_others_and_who_left_long_ago_can_be_erased(lived: House) -> None:
    with lived.database.unit_of_work() as session:
        lived.refer(session, first(session), "Alder", "cleo@elsewhere.example", contact=1)
        contact = session.scalars(select(Contact).where(Contact.email == EMAIL)).one()
        by = lived.act(session, lived.user(session, "administrator").actor)
        remove_contact(by, contact)
    work_once(lived.worker())
    erased(lived, "cleo@elsewhere.example")
    erased(lived)
    after = dump(lived)
    assert "cleo" not in after and "quillana" not in after and wrong_in(lived) == []


def test_words_of_others_go_as_a_whole(lived: House) -> None:
    erased(lived)
    with lived.database.reading() as session:
        others = session.scalars(select(AnswerPerson).where(AnswerPerson.full_name.is_not(None))).all()
        assert others == []  # Birch's contact wrote her name into a note: one commitment covers both
        assert session.scalars(select(Comment.words)).all() == [None, None]
        assert session.scalars(select(Referral.email)).all() == [None]


# Every column of text, decided about by a person. Erased, as far as it is about the person:
ERASED_COLUMNS = {
    "acceptance": "full_name job_title",
    "answer_person": "full_name job_title note reason salt",
    "application": "email full_name job_title level network organization state website",
    "comment": "outcome_note salt words",
    "contact": "email full_name job_title",
    "delivery": "address note taken_back_reason",
    "idempotent_call": "answer",
    "letter": "address last_reply sent_subject sent_text",
    "partner_posting": "ended_reason reason words",
    "problem_report": "email full_name network words",
    "referral": "email full_name job_title",
    "subscription": "email network",
}
# Never about a contact or colleague, or frozen, and told of when it names one: texts, reasons, facts of organizations
# and of staff, words of the program, digests.
KEPT_COLUMNS = {
    "acceptance": "digest",
    "acceptance_link": "lookup",
    "account_link": "address lookup purpose",
    "answer": "authority digest mac public_name public_note verdict",
    "api_token": "lookup name",
    "application": "decision lookup",
    "authenticator": "lookup",
    "coalition": "address email name phone press_contact reply_to website",
    "comment": "outcome quote",
    "cosignature": "line witness",
    "criterion": "key kind name questions statement",
    "delivery": "file_sha256 recipient way",
    "draft_state": "content",
    "edition_draft": "content",
    "email_off": "kind",
    "entry": "actor body code kind leaf",
    "entry_kind": "kind",
    "exemption": "passages reason spelling",
    "expertise": "word",
    "finding": "quotes rationale verdict",
    "idempotent_call": "key request_digest",
    "import_columns": "fields headings",
    "invitation": "lookup",
    "letter": "account_news kind message_id state",
    "letter_kind": "kind",
    "link": "lookup",
    "log_head": "frontier note record_frontier record_root record_salt root",
    "log_leaf": "content hash kind",
    "log_list": "salt",
    "logo": "digest",
    "mail_pause": "reason",
    "mail_report": "lookup",
    "name_proposal": "name",
    "partner": "language level name networks notes slug website",
    "partner_import": "digest reason",
    "partner_merge": "dropped tags",
    "partner_name": "key kind name",
    "partner_place": "city county state",
    "partner_posting": "city county kind state",
    "partner_tag": "tag",
    "position": "slug",
    "principles_edition": "commitments mission preamble source vision",
    "public_revision": "token",
    "publication": "ended_as ended_reason grouping",
    "recovery_code": "lookup",
    "request": "dropped_reason",
    "restoration": "given_up",
    "role": "role",
    "round": "ended_as ended_reason message reminder_days",
    "scheduled_act": "ended_as grouping kind message partner_ids reasons reminder_days shown state",
    "row_code": "code row_table",
    "meeting": "agenda link place position_ids title",
    "newsletter": "opening parts problem subject",
    "subscription": "ended_as lookup",
    "segment": "expertise level name place tag",
    "sign_in_failure": "lookup",
    "staff_role": "role",
    "staff_session": "browser lookup",
    "staff_user": "email job_title name password_hash",
    "turn_notice": "kind",
    "version": "addressed_to body change_note closing copies date_line digest docket enclosures "
    "hearing kind language press_contact reference salutation summary title",
    "version_check": "digest",
    "witness_problem": "problem witness",
    "word_list": "deceptive words",
}


def test_every_column_of_text_is_decided_about() -> None:
    assert {table: " ".join(sorted(columns)) for table, columns in ERASABLE.items()} == ERASED_COLUMNS
    decided = {
        (table, name) for kept in (ERASED_COLUMNS, KEPT_COLUMNS) for table in kept for name in kept[table].split()
    }
    texts = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.type.__class__.__name__ in ("Text", "String", "Json")
    }
    assert texts == decided


def test_the_reason_of_a_pause_which_the_record_keeps_holds_no_address(house: House) -> None:
    with house.database.unit_of_work() as session:
        at = house.clock()
        note_pause(session, f'550 5.1.1 <{EMAIL}>: {EMAIL}; unknown ("{EMAIL}")', at=at, try_again_at=None)
        resume(house.act(session, OPERATOR))
    assert "an address" in dump(house) and "quillana" not in dump(house)
