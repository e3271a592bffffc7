"""Codes of rows: each that the public or a partner may read, or that lets staff in, has one, made with the sealing key.

Every table is decided about here: it is in `CODED`, or in `PROVEN_OTHERWISE` with what its rows are known by.
"""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base
from signoff.models.guard_kinds import Guard, guarded

# Each with what one of its rows is called.
CODED: dict[str, str] = {
    "acceptance": "answer about the commitments",
    "acceptance_link": "link to the commitments",
    "account_link": "mailed link into an account",
    "api_token": "API token",
    "application": "application",
    "authenticator": "authenticator",
    "coalition": "description of the Coalition",
    "comment": "comment",
    "contact": "contact",
    "criterion": "criterion",
    "delivered_name": "delivered name",
    "delivery": "delivery",
    "exemption": "exemption",
    "expertise": "word of the list of expertise",
    "finding": "finding",
    "invitation": "invitation",
    "link": "link",
    "logo": "logo",
    "meeting": "meeting of partners",
    "newsletter": "newsletter",
    "name_proposal": "proposed name",
    "partner": "partner",
    "partner_expertise": "expertise of a partner",
    "partner_import": "import of partners",
    "partner_merge": "merge of partners",
    "partner_name": "name",
    "partner_place": "place of a partner",
    "partner_posting": "public description, logo or notice",
    "position": "position",
    "principles_edition": "edition of the principles",
    "publication": "publication",
    "recovery_code": "recovery code",
    "referral": "referral",
    "request": "request",
    "round": "round",
    "scheduled_act": "scheduled act",
    "sign_on": "opening for applications",
    "staff_role": "role",
    "staff_user": "staff account",
    "version": "version",
    "version_check": "check",
    "word_list": "word list",
}
_STAFF = "only staff see it"
_WORK = "only the program's own work goes by it"
_OWN_LINK = "only who has its link reads it, and it says nothing of a partner"
_TREE = "the trees and the signatures of heads"
PROVEN_OTHERWISE: dict[str, str] = {
    "answer": "its own code",
    "answer_digest": _STAFF,
    "answer_person": "the commitment in the entry of its answer",
    "complaint": _STAFF,
    "cosignature": "the witness's signature",
    "draft_presence": _STAFF,
    "draft_state": _STAFF,
    "edition_draft": _STAFF,
    "email_off": _STAFF,
    "entry": "its own code",
    "entry_kind": "compared with the program's words",
    "first_draft": _STAFF,
    "first_draft_presence": _STAFF,
    "idempotent_call": _WORK,
    "import_columns": _STAFF,
    "import_file": "the digest in its import",
    "leaf": _TREE,
    "letter": _STAFF,
    "letter_kind": "compared with the program's words",
    "log_head": _TREE,
    "log_leaf": _TREE,
    "log_list": _TREE,
    "mail_pause": _STAFF,
    "mail_report": _WORK,
    "news_digest": _WORK,
    "partner_tag": _STAFF,
    "problem_report": _STAFF,
    "public_revision": _WORK,
    "restoration": "the entry of its opening",
    "review_assignment": _STAFF,
    "role": "compared with the program's words",
    "row_code": "the row that it is of",
    "segment": _STAFF,
    "sign_in_failure": _WORK,
    "staff_session": _WORK,
    "subscription": _OWN_LINK,
    "turn_notice": _STAFF,
    "witness_problem": _WORK,
    "worker_beat": _WORK,
}


class RowCode(Base):
    """The code of one row of a coded table: made of all its columns, and again whenever the program changes it."""

    __tablename__ = "row_code"
    __table_args__ = (CheckConstraint("length(code) > 0", name="code_present"),)

    row_table: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str]


GUARDS: tuple[Guard, ...] = (*guarded(RowCode, changes="code"),)


def ensure_tables_decided(tables: set[str]) -> None:
    """Refuse tables of which no one said what their rows are proven by, or that two lists speak of."""
    wrong = tables ^ (CODED.keys() | PROVEN_OTHERWISE.keys()) | (CODED.keys() & PROVEN_OTHERWISE.keys())
    if wrong:
        raise RuntimeError(f"say in models/row_codes.py what proves the rows of: {', '.join(sorted(wrong))}")
