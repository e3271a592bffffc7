"""Which columns the public and partners read, in a list kept by hand, and what proves each of them.

A column or a table that is added fails here until a person has decided who reads it and what proves it.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import RowMapping, inspect

from signoff.models import Answer, AnswerPerson, Base
from signoff.models.row_codes import CODED, ensure_tables_decided
from signoff.services.record.answer_codes import sealed_facts
from signoff.services.record.row_codes import is_right, with_codes
from tests.conftest import house_on
from tests.house import House


class Read(NamedTuple):
    """Columns of a table by who reads what they hold, or what follows from it."""

    public: str = ""
    partner: str = ""  # on the pages of its links, besides what is public
    nobody: str = ""  # staff at most


COLUMNS: dict[str, Read] = {
    "acceptance": Read(
        partner="id edition_id partner_id link_id digest accepted full_name job_title at",
    ),
    "acceptance_link": Read(
        partner="id edition_id partner_id contact_id nonce lookup revoked_at", nobody="asked_by asked_at"
    ),
    "account_link": Read(nobody="id user_id purpose address nonce lookup issued_at expires_at ended_at"),
    "answer": Read(
        public="version_id partner_id sequence verdict public_name order_key public_note at",
        partner="digest authority board_decided_on request_id link_id removed_by entry_id",
        nobody="id mac",
    ),
    "application": Read(
        partner="id sign_on_id organization website full_name email job_title nonce lookup expires_at confirmed_at "
        "decided_at decision partner_id settled_at",
        nobody="level state network applied_at decided_by agreed settled_link_id",
    ),
    "problem_report": Read(nobody="id publication_id words full_name email network reported_at settled_at settled_by"),
    "answer_digest": Read(nobody="id since until"),
    "answer_person": Read(partner="answer_id full_name job_title reason note", nobody="salt"),
    "api_token": Read(nobody="id user_id name lookup made_at revoked_at"),
    "authenticator": Read(nobody="id user_id nonce lookup added_at last_step removed_at"),
    "coalition": Read(public="id name reply_to address website phone email press_contact logo_id"),
    "comment": Read(
        partner="id version_id partner_id contact_id link_id invitation_id quote words made_at settled_at outcome "
        "outcome_note",
        nobody="salt settled_by",
    ),
    "complaint": Read(nobody="id contact_id letter_id at settled_at settled_by"),
    "contact": Read(
        partner="id partner_id full_name email job_title may_answer added_at answers_from removed_at confirmed_by "
        "address_changed_at address_changed_by",
    ),
    "cosignature": Read(public="size witness line"),
    "criterion": Read(public="id edition_id rank key kind name statement questions"),
    "delivered_name": Read(public="id delivery_id answer_id"),
    "delivery": Read(
        public="id publication_id recipient way delivered_on file taken_back_at",
        nobody="address note supplements_id file_sha256 delivered_by delivered_at taken_back_by taken_back_reason",
    ),
    "draft_presence": Read(nobody="position_id user_id seen_at"),
    "draft_state": Read(nobody="id position_id first_draft_id number content saved_by saved_at"),
    "first_draft": Read(nobody="id begun_by begun_at ended_at"),
    "first_draft_presence": Read(nobody="first_draft_id user_id seen_at"),
    "edition_draft": Read(
        nobody="id content revision started_by started_at changed_by changed_at edition_id discarded_at"
    ),
    "email_off": Read(nobody="user_id kind"),
    "entry": Read(public="id kind at actor position_id leaf body", nobody="code"),
    "entry_kind": Read(nobody="kind"),
    "exemption": Read(nobody="id version_id partner_id spelling passages reason recorded_by recorded_at"),
    "expertise": Read(public="id word until"),
    "finding": Read(
        public="id version_id criterion_id verdict rationale quotes", partner="found_by", nobody="found_at"
    ),
    "idempotent_call": Read(nobody="id user_id key request_digest status answer at"),
    "import_columns": Read(nobody="headings fields changed_at"),
    "invitation": Read(
        partner="id version_id partner_id contact_id nonce lookup revoked_at", nobody="invited_by invited_at"
    ),
    "leaf": Read(public="number entry_id"),
    "letter": Read(
        # Of an email that delivers a position: whether and when it did.
        public="delivery_id state sent_at",
        nobody="id kind contact_id user_id address version_id link_id invitation_id answer_id comment_id referral_id "
        "proposal_id changed_contact_id token_id account_link_id digest_id schedule_id application_id "
        "merge_id subscription_id news_id meeting_id newsletter_id acceptance_link_id acceptance_id posting_id "
        "account_news message_id queued_at due_at attempts fence claimed_until last_reply sent_subject "
        "sent_text",
    ),
    "letter_kind": Read(nobody="kind"),
    "link": Read(partner="id request_id partner_id contact_id nonce lookup issued_at revoked_at referred_at"),
    "log_head": Read(public="size root frontier note time record_size record_root record_salt record_frontier"),
    "log_leaf": Read(public="number kind publication_id content hash"),
    "logo": Read(public="id digest width height content"),
    "log_list": Read(public="publication_id salt"),
    "mail_pause": Read(nobody="id reason since tries try_again_at"),
    "mail_report": Read(nobody="lookup at"),
    "name_proposal": Read(partner="id partner_id link_id name settled_at accepted", nobody="proposed_at settled_by"),
    "partner": Read(
        public="id slug name order_key level website left_at parent_id networks merged_into_id",
        nobody="joined_at joined_year language notes",
    ),
    "partner_expertise": Read(public="id partner_id expertise_id until", nobody="added_at"),
    "partner_merge": Read(
        partner="id from_id into_id merged_at answers_from undone_at", nobody="merged_by tags dropped undone_by"
    ),
    "partner_name": Read(public="id partner_id name kind until", partner="accepted_at", nobody="key"),
    "partner_place": Read(public="id partner_id state county city until"),
    "partner_posting": Read(
        public="id partner_id kind words logo_id state county city month settled_at accepted until",
        partner="reason ended_reason",
        nobody="link_id typed_by proposed_at settled_by ended_by",
    ),
    "partner_tag": Read(nobody="partner_id tag"),
    "position": Read(public="id slug edition_id", partner="started_by started_at"),
    "principles_edition": Read(
        public="id number adopted_on vision mission preamble commitments source", nobody="recorded_at"
    ),
    "publication": Read(
        public="id position_id version_id published_at ended_at ended_as ended_reason grouping", nobody="published_by"
    ),
    "public_revision": Read(nobody="scope token"),
    "recovery_code": Read(nobody="id authenticator_id lookup used_at"),
    "referral": Read(
        partner="id link_id request_id partner_id full_name email settled_at accepted contact_id taken_back_at",
        nobody="job_title made_at settled_by",
    ),
    "request": Read(partner="id version_id partner_id added_at asked_at dropped_at dropped_reason"),
    "restoration": Read(nobody="number restored_at made_at newest_entry log_size opened_at opened_by given_up"),
    "review_assignment": Read(nobody="id position_id reviewer_id asked_by asked_at ended_at"),
    "role": Read(nobody="role"),
    "round": Read(
        partner="id position_id version_id deadline message opened_by opened_at ended_at ended_as ended_reason",
        nobody="minimum reminder_days",
    ),
    "row_code": Read(nobody="row_table row_id code"),
    # Nobody but staff reads it, but the worker publishes by it.
    "scheduled_act": Read(
        nobody="id kind position_id version_id due_at shown state partner_ids deadline message minimum reminder_days "
        "grouping scheduled_by scheduled_at ended_at ended_as ended_by reasons"
    ),
    # Staff see whom it holds before they ask or tag.
    "segment": Read(nobody="id name level tag place expertise"),
    "sign_on": Read(public="id position_id opened_at until ended_at", nobody="opened_by ended_by"),
    "sign_in_failure": Read(nobody="id lookup at"),
    "subscription": Read(
        nobody="id position_id contact_id email network nonce lookup asked_at expires_at confirmed_at ended_at ended_as"
    ),
    "meeting": Read(
        public="id title begins_at ends_at place agenda position_ids told_revision is_public canceled_at revision",
        partner="link",
        nobody="planned_by planned_at",
    ),
    "partner_import": Read(nobody="id begun_by begun_at digest wanted done ended_at reason"),
    "import_file": Read(nobody="import_id content"),
    "news_digest": Read(nobody="id since until"),
    "newsletter": Read(
        partner="id subject opening parts since until due_at sender_id sent_at discarded_at revision",
        nobody="written_by written_at problem",
    ),
    "staff_role": Read(nobody="id user_id role ended_at"),
    "staff_session": Read(nobody="id user_id lookup started_at expires_at ended_at proven_at browser"),
    "staff_user": Read(
        partner="id email name job_title", nobody="password_hash password_chosen_at added_at deactivated_at"
    ),
    "turn_notice": Read(nobody="id version_id kind at"),
    "version": Read(
        public="id position_id number language kind title addressed_to reference summary body date_line salutation "
        "closing copies enclosures press_contact docket hearing digest",
        partner="change_note saved_by saved_at",
    ),
    "version_check": Read(public="id version_id edition_id digest completed_at", partner="completed_by"),
    "word_list": Read(nobody="criterion_id words deceptive changed_at"),
    "witness_problem": Read(nobody="witness problem since tried_at"),
    "worker_beat": Read(nobody="id at"),
}
# What people read of these has no code of its row but is proven by this.
WITHOUT_ROW_CODE = {
    "answer": "its own code and the entry that it is given with",
    "answer_person": "the commitment in that entry",
    "cosignature": "the witness's signature; one that is deleted is with the witness",
    "entry": "its own code, the leaf of its place, and that its columns agree with its body",
    "leaf": "the root that heads commit to",
    "log_head": "the signature",
    "log_leaf": "the root that heads sign",
    "letter": "nothing: that a delivery arrived is what a mail server said",
    "log_list": "the digest of the list, which is in the log",
}


def test_someone_decided_about_every_column() -> None:
    assert set(COLUMNS) == set(Base.metadata.tables)
    for name, read in COLUMNS.items():
        named = f"{read.public} {read.partner} {read.nobody}".split()
        assert len(named) == len(set(named)), name
        assert set(named) == set(Base.metadata.tables[name].columns.keys()), name


def test_whatever_is_read_is_proven() -> None:
    read = {name for name, columns in COLUMNS.items() if columns.public or columns.partner}
    assert read <= CODED.keys() | WITHOUT_ROW_CODE.keys()
    assert not CODED.keys() & WITHOUT_ROW_CODE.keys()


def test_a_table_that_no_one_decided_about_stops_the_program() -> None:
    with pytest.raises(RuntimeError, match="say in models/row_codes.py what proves the rows of: novelty"):
        ensure_tables_decided({*Base.metadata.tables, "novelty"})


def test_an_answers_code_is_made_of_all_its_columns() -> None:
    named = {"version_id": "version", "partner_id": "partner", "request_id": "request", "link_id": "link"}
    columns = {named.get(column.name, column.name) for column in Answer.__table__.columns} - {"id", "mac", "entry_id"}
    facts = sealed_facts(Answer(at=datetime(2026, 11, 24).astimezone()), entry_body="")
    assert columns | {"entry", "entry_body"} == set(facts)


def test_a_persons_words_are_all_in_the_commitment() -> None:
    assert set(inspect(AnswerPerson).columns.keys()) == {
        *("answer_id", "salt"),
        *("full_name", "job_title", "reason", "note"),
    }


def test_a_rows_code_depends_on_each_of_its_columns(filled_database: Any, tmp_path: Any) -> None:
    house = house_on(filled_database, tmp_path)
    with house.database.reading() as session:
        for name in CODED:
            table = Base.metadata.tables[name]
            row = session.execute(with_codes(table).limit(1)).mappings().one()
            assert is_right(table, row, house.keys), name
            for column in table.columns:
                assert not is_right(table, _changed(row, column.name), house.keys), column


def _changed(row: RowMapping, column: str) -> Any:
    value = row[column]
    match value:
        case None:
            new: Any = 1
        case int():
            new = value + 1
        case date():  # and datetime
            new = value + timedelta(days=1)
        case bytes():
            new = value + b"x"
        case list():
            new = [*value, "x"]
        case _:
            new = f"{value}x"
    return {**row, column: new}


def test_no_act_makes_a_forged_row_look_genuine(house: House) -> None:
    """The program changes a row that somebody had written past it: the row keeps its wrong code."""
    with house.database.unit_of_work() as session:
        number = house.partner(session, "Alder").id
    table = Base.metadata.tables["partner"]
    with house.database.engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == number).values(website="https://forged.example/"))
    with house.database.unit_of_work() as session:
        house.leaves(session, "Alder")
    with house.database.reading() as session:
        row = session.execute(with_codes(table).where(table.c.id == number)).mappings().one()
        assert row["left_at"] is not None and not is_right(table, row, house.keys)
