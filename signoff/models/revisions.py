"""Revisions of what the public can read: which rows move which, so that a page kept in memory is never an old one.

A revision is a token drawn by chance whenever a row changes that a public page may show, in the same transaction, by
triggers. Pages go by `COMMON` and their position's, or by `SITE`, which moves with each of these. Tokens are never
shown: when they move may tell of private acts.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base
from signoff.models.guard_kinds import Guard, guarded

# Scopes that are no position's id.
COMMON, SITE, LOG = 0, -1, -2


class PublicRevision(Base):
    """The revision of what a scope holds: of a position, of what all pages have in common, of the site, of the log."""

    __tablename__ = "public_revision"

    scope: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[str]


GUARDS: tuple[Guard, ...] = (*guarded(PublicRevision, changes="token", goes=True),)


def _of_version(column: str) -> str:
    return f"SELECT p.position_id FROM publication p WHERE p.version_id = {{row}}.{column}"


_OF_POSITION = "SELECT p.position_id FROM publication p WHERE p.position_id = {row}.position_id"
# Tables whose rows show on the pages of one position, and which position that is: none before it is public.
OF_POSITION: dict[str, str] = {
    # A refusal moves nothing where no approval stood before.
    "answer": f"""{_of_version("version_id")} AND ({{row}}.verdict = 'approve' OR EXISTS
        (SELECT 1 FROM answer earlier WHERE earlier.version_id = {{row}}.version_id
        AND earlier.partner_id = {{row}}.partner_id AND earlier.verdict = 'approve'))""",
    "delivered_name": """SELECT p.position_id FROM publication p JOIN delivery d ON d.publication_id = p.id
        WHERE d.id = {row}.delivery_id""",
    "delivery": "SELECT p.position_id FROM publication p WHERE p.id = {row}.publication_id",
    # An email counts as a delivery from when a mail server took it until it came back.
    "letter": """SELECT p.position_id FROM publication p JOIN delivery d ON d.publication_id = p.id
        WHERE d.id = {row}.delivery_id""",
    # Words that were judged ordinary in one version are so in all of its position.
    "exemption": """SELECT p.position_id FROM publication p JOIN version v ON v.position_id = p.position_id
        WHERE v.id = {row}.version_id""",
    "finding": _of_version("version_id"),
    "position": "SELECT p.position_id FROM publication p WHERE p.position_id = {row}.id",
    "publication": "SELECT {row}.position_id AS position_id",
    # Whether a merged partner was asked by itself counts for whose names a text holds that no longer approve it.
    "request": f"""{_of_version("version_id")} AND EXISTS
        (SELECT 1 FROM partner_merge m WHERE {{row}}.partner_id IN (m.from_id, m.into_id))""",
    # Its deadline is one for applications too.
    "round": f"{_OF_POSITION} AND EXISTS (SELECT 1 FROM sign_on s WHERE s.position_id = {{row}}.position_id)",
    "sign_on": _OF_POSITION,
    "version": _of_version("id"),
    "version_check": _of_version("version_id"),
}
OF_LOG = frozenset({"cosignature", "log_head", "log_leaf", "log_list"})
# Tables of which no public page shows anything. A table that stands nowhere here moves what all pages have in common.
OF_NOBODY = frozenset(
    {
        *("acceptance", "acceptance_link"),
        *("account_link", "answer_digest", "answer_person", "api_token", "application", "authenticator", "comment"),
        *("contact", "draft_presence", "draft_state", "edition_draft", "email_off", "entry", "entry_kind"),
        *("first_draft", "first_draft_presence"),
        *("idempotent_call", "import_columns", "import_file", "invitation", "leaf", "letter_kind", "link"),
        "mail_pause",
        *("name_proposal", "partner_import", "partner_tag", "public_revision", "recovery_code", "referral"),
        *("review_assignment", "role"),
        *("row_code", "scheduled_act", "segment", "sign_in_failure", "staff_role", "staff_session", "staff_user"),
        *("turn_notice", "witness_problem", "word_list", "worker_beat"),
        *("complaint", "mail_report", "news_digest", "newsletter", "problem_report", "subscription"),
    }
)
# The column without which a row of a table moves nothing, where few have it.
ONLY_WITH: dict[str, str] = {"letter": "delivery_id"}
# Columns of the other tables of which the same holds: an update of nothing else moves nothing.
PRIVATE_COLUMNS: dict[str, str] = {
    "letter": """kind contact_id user_id address version_id link_id invitation_id answer_id comment_id referral_id
        proposal_id changed_contact_id token_id account_link_id account_news digest_id schedule_id merge_id
        application_id subscription_id news_id meeting_id newsletter_id acceptance_link_id acceptance_id posting_id
        message_id queued_at due_at attempts fence claimed_until last_reply sent_subject sent_text""",
    "meeting": "link planned_by planned_at",
    "partner": "joined_at joined_year language notes",
    "partner_expertise": "added_at",
    "partner_name": "accepted_at key",
    "partner_posting": "link_id typed_by proposed_at settled_by reason ended_by ended_reason",
    "request": "added_at asked_at dropped_at dropped_reason",
    "round": "message minimum reminder_days opened_by opened_at ended_reason",
}


@dataclass(frozen=True)
class Moves:
    """What a change of a table's rows moves: `position` selects the position, or `scopes` are moved.

    `shown` are the columns whose change moves it. Rows without a value in the column `only_with` move nothing.
    """

    table: str
    shown: tuple[str, ...]
    scopes: tuple[int, ...] = ()
    position: str = ""
    only_with: str = ""


def moves_of(tables: dict[str, tuple[str, ...]]) -> tuple[Moves, ...]:
    """What each of these tables moves, given with its columns; LookupError for a name that is none of theirs."""
    known = OF_POSITION.keys() | OF_LOG | OF_NOBODY
    unknown = known - tables.keys()
    unknown |= {
        f"{table}.{name}"
        for table, names in PRIVATE_COLUMNS.items()
        for name in set(names.split()) - set(tables.get(table, ()))
    }
    if unknown:
        raise LookupError(f"models/revisions.py speaks of what is not there: {', '.join(sorted(unknown))}")
    return tuple(_moves(table, tables[table]) for table in sorted(tables.keys() - OF_NOBODY))


def _moves(table: str, columns: tuple[str, ...]) -> Moves:
    private = set(PRIVATE_COLUMNS.get(table, "").split())
    shown = tuple(column for column in columns if column not in private)
    if table in OF_POSITION:
        return Moves(table, shown, position=OF_POSITION[table], only_with=ONLY_WITH.get(table, ""))
    return Moves(table, shown, scopes=(LOG,) if table in OF_LOG else (COMMON, SITE))
