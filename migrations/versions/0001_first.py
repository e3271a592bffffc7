"""The first schema: every table, from the Coalition's facts to the letters and the record.

Revision: 0001
Revises: nothing

A plain description, so that the schema of this revision stays what it is when the program changes. Columns are never
empty unless they say `nullable`; views and guards are laid by signoff/db/guards.py. Tables are made and dropped in the
order that their foreign keys ask for.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def upgrade() -> None:
    """Create every table with its indexes, and fill the word tables."""
    SCHEMA.create_all(op.get_bind(), checkfirst=False)
    for words, listed in ((letter_kind, LETTER_KINDS), (entry_kind, ENTRY_KINDS), (role, ROLES)):
        op.execute(words.insert().values([(word,) for word in listed.split()]))
    for statement in TEXT_INDEXES[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop every table."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE version_words")
        op.execute("DROP TABLE entry_words")
    SCHEMA.drop_all(op.get_bind(), checkfirst=False)


def table(name: str, *parts: Any, **options: Any) -> sa.Table:
    """A table of the schema: strict on SQLite."""
    return sa.Table(name, SCHEMA, *parts, sqlite_strict=True, **options)


def text(name: str, **options: Any) -> sa.Column[Any]:
    """A column of text."""
    return column(name, sa.Text(), **options)


def integer(name: str, **options: Any) -> sa.Column[Any]:
    """A column of whole numbers."""
    return column(name, sa.Integer(), **options)


def binary(name: str, **options: Any) -> sa.Column[Any]:
    """A column of bytes."""
    return column(name, sa.LargeBinary(), **options)


def instant(name: str, **options: Any) -> sa.Column[Any]:
    """A column of times: text on SQLite."""
    return column(name, sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite"), **options)


def day(name: str, **options: Any) -> sa.Column[Any]:
    """A column of days: text on SQLite."""
    return column(name, sa.Date().with_variant(sa.Text(), "sqlite"), **options)


def row_id() -> sa.Column[Any]:
    """The number by which other rows point at a row."""
    return integer("id", primary_key=True)


def to(name: str, target: str, kind: Any = sa.Integer, **options: Any) -> sa.Column[Any]:
    """A column that points at another row, which cannot be deleted while it does."""
    return column(name, kind, sa.ForeignKey(target, ondelete="RESTRICT"), **options)


def column(name: str, kind: Any, *parts: Any, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    """A column; never empty unless it says so."""
    return sa.Column(name, kind, *parts, nullable=nullable, **options)


def foreign_key(columns: str, target: str, keys: str) -> sa.ForeignKeyConstraint:
    """Several columns that point at another row together."""
    return sa.ForeignKeyConstraint(columns.split(), [f"{target}.{key}" for key in keys.split()], ondelete="RESTRICT")


def check(name: str, rule: str) -> sa.CheckConstraint:
    """A rule that every row keeps."""
    return sa.CheckConstraint(rule, name=name)


def one_of(name: str, words: str) -> sa.CheckConstraint:
    """A column that holds one of these words, or nothing where it may be empty."""
    listed = ", ".join(f"'{word}'" for word in words.split())
    return check(f"{name}_known", f"{name} IN ({listed})")


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index of those rows alone for which a condition holds."""
    rows = sa.text(where)
    return sa.Index(name, *columns, unique=unique, sqlite_where=rows, postgresql_where=rows)


# Words: a new one is one INSERT

letter_kind = table("letter_kind", text("kind", primary_key=True))
entry_kind = table("entry_kind", text("kind", primary_key=True))
role = table("role", text("role", primary_key=True))

LETTER_KINDS = """
    request reminder replaced deadline_moved recalled fresh_link confirm referred receipt withdrawn published
    no_longer_named contested proof
    invited comment_settled name_settled contact_changed contact_confirmed partners_merged declined comment
    name_proposed round_closed undeliverable account review_asked to_check checked all_answered digest not_done
    delivered problem_reported
    application_confirm application application_linked application_decided
    complained
    subscription_confirm news meeting newsletter newsletter_test newsletter_not_sent
    commitments commitments_answered
    posting_proposed posting_settled
"""

ENTRY_KINDS = """
    coalition_described user_added user_changed user_deactivated user_reactivated account_link_sent password_changed
    user_address_changed authenticator_added authenticator_removed recovery_codes_renewed sessions_ended token_added
    emails_chosen token_revoked letters_retried letters_canceled mail_resumed backup_made restoration_opened
    edition_drafted edition_draft_changed complaint_settled
    edition_draft_discarded edition_adopted word_lists_changed partner_added partner_changed partner_left
    partner_returned partners_tagged partners_changed partners_merged merge_undone contact_added
    contact_corrected contact_removed
    contact_confirmed person_erased expertise_added expertise_removed segment_saved segment_removed
    name_question_answered name_proposed name_settled position_started position_address_changed position_moved
    version_saved finding_recorded check_completed round_opened round_extended round_shortened round_closed
    reviewer_asked round_replaced round_recalled partner_dropped partners_reminded request_referred referral_settled
    referral_taken_back contact_stepped_back step_back_settled
    link_reissued confirmation_asked comments_invited comment_made comment_settled words_exempted ordinary_words_ticked
    partner_answered name_removed position_published position_superseded position_retired names_grouped
    position_delivered delivery_taken_back report_settled
    act_scheduled schedule_canceled schedule_failed
    sign_on_opened sign_on_ended application_confirmed application_decided application_settled
    commitments_asked commitments_answered
    subscription_confirmed subscriptions_ended meeting_saved meeting_told meeting_canceled meeting_shown
    newsletter_saved newsletter_discarded newsletter_scheduled newsletter_unscheduled newsletter_sent
    newsletter_not_sent
    posting_proposed posting_settled posting_ended
"""

ROLES = "drafter reviewer publisher administrator"


# The Coalition

table(
    "logo",
    row_id(),
    text("digest", unique=True),
    integer("width"),
    integer("height"),
    binary("content"),
    check("digest_whole", "length(digest) = 64"),
    check("has_pixels", "width >= 1 AND height >= 1"),
)

table(
    "coalition",
    row_id(),
    text("name"),
    text("reply_to"),
    text("address"),
    text("website"),
    text("phone"),
    text("email"),
    text("press_contact"),
    to("logo_id", "logo.id", nullable=True),
    check("only_one", "id = 1"),
)


# Staff accounts

table(
    "staff_user",
    row_id(),
    text("email", unique=True),
    text("name"),
    text("job_title"),
    text("password_hash"),
    instant("password_chosen_at", nullable=True),
    instant("added_at"),
    instant("deactivated_at", nullable=True),
    check("email_lower", "email = lower(email)"),
)

table(
    "staff_role",
    row_id(),
    to("user_id", "staff_user.id"),
    to("role", "role.role", sa.Text),
    instant("ended_at", nullable=True),
    partial_index("uq_staff_role", "user_id", "role", unique=True, where="ended_at IS NULL"),
)

table(
    "staff_session",
    row_id(),
    to("user_id", "staff_user.id"),
    text("lookup", unique=True),
    instant("started_at"),
    instant("expires_at"),
    instant("ended_at", nullable=True),
    instant("proven_at"),
    text("browser"),
    check("expires_later", "expires_at > started_at"),
    sa.Index("ix_staff_session_user_id", "user_id"),
)

table(
    "account_link",
    row_id(),
    to("user_id", "staff_user.id"),
    text("purpose"),
    text("address", nullable=True),
    binary("nonce"),
    text("lookup", unique=True),
    instant("issued_at"),
    instant("expires_at"),
    instant("ended_at", nullable=True),
    check("address_when_new", "(purpose = 'address') = (address IS NOT NULL)"),
    check("expires_later", "expires_at > issued_at"),
    check("lookup_whole", "length(lookup) = 64"),
    check("nonce_whole", "length(nonce) = 32"),
    one_of("purpose", "invite reset address"),
    sa.Index("ix_account_link_user_id", "user_id"),
)

table(
    "authenticator",
    row_id(),
    to("user_id", "staff_user.id"),
    binary("nonce"),
    text("lookup"),
    instant("added_at"),
    integer("last_step"),
    instant("removed_at", nullable=True),
    check("lookup_whole", "length(lookup) = 64"),
    check("nonce_whole", "length(nonce) = 32"),
    partial_index("uq_authenticator_present", "user_id", unique=True, where="removed_at IS NULL"),
)

table(
    "recovery_code",
    row_id(),
    to("authenticator_id", "authenticator.id"),
    text("lookup"),
    instant("used_at", nullable=True),
    sa.UniqueConstraint("authenticator_id", "lookup"),
)

table(
    "api_token",
    row_id(),
    to("user_id", "staff_user.id"),
    text("name"),
    text("lookup", unique=True),
    instant("made_at"),
    instant("revoked_at", nullable=True),
    sa.Index("ix_api_token_user_id", "user_id"),
)

table(
    "email_off",
    to("user_id", "staff_user.id", primary_key=True),
    to("kind", "letter_kind.kind", sa.Text, primary_key=True),
)

table(
    "sign_in_failure",
    row_id(),
    text("lookup"),
    instant("at"),
    sa.Index("ix_sign_in_failure_lookup_at", "lookup", "at"),
)

table(
    "idempotent_call",
    row_id(),
    to("user_id", "staff_user.id"),
    text("key"),
    text("request_digest"),
    integer("status"),
    text("answer"),
    instant("at"),
    sa.UniqueConstraint("user_id", "key"),
)


# Principles

table(
    "principles_edition",
    row_id(),
    integer("number", unique=True),
    day("adopted_on"),
    instant("recorded_at"),
    text("vision"),
    text("mission"),
    text("preamble"),
    text("commitments"),
    text("source"),
)

table(
    "criterion",
    row_id(),
    to("edition_id", "principles_edition.id"),
    integer("rank"),
    text("key"),
    text("kind"),
    text("name"),
    text("statement"),
    text("questions"),
    one_of("kind", "vision mission preamble principle"),
    sa.UniqueConstraint("edition_id", "key"),
    sa.UniqueConstraint("edition_id", "rank"),
    sa.UniqueConstraint("id", "edition_id"),
)

table(
    "word_list",
    to("criterion_id", "criterion.id", primary_key=True),
    text("words"),
    text("deceptive"),
    instant("changed_at"),
)

table(
    "edition_draft",
    row_id(),
    text("content"),
    integer("revision"),
    to("started_by", "staff_user.id"),
    instant("started_at"),
    to("changed_by", "staff_user.id"),
    instant("changed_at"),
    to("edition_id", "principles_edition.id", unique=True, nullable=True),
    instant("discarded_at", nullable=True),
    check("ended_once", "edition_id IS NULL OR discarded_at IS NULL"),
    check("revision_from_one", "revision >= 1"),
)


# Partners and their contacts

table(
    "partner",
    row_id(),
    text("slug", unique=True),
    text("name"),
    binary("order_key"),
    text("level", nullable=True),
    text("website"),
    instant("joined_at"),
    instant("left_at", nullable=True),
    to("parent_id", "partner.id", nullable=True),
    text("networks"),
    integer("joined_year", nullable=True),
    text("language"),
    text("notes"),
    one_of("level", "national state local"),
    check("not_its_own_parent", "parent_id <> id"),
    sa.Index("ix_partner_parent_id", "parent_id"),
    to("merged_into_id", "partner.id", nullable=True),
    sa.Index("ix_partner_merged_into_id", "merged_into_id"),
    partial_index("ix_partner_order", "order_key", where="left_at IS NULL AND merged_into_id IS NULL"),
    partial_index("ix_partner_networks", "id", where="networks <> '[]'"),
)

table(
    "partner_merge",
    row_id(),
    to("from_id", "partner.id"),
    to("into_id", "partner.id"),
    instant("merged_at"),
    to("merged_by", "staff_user.id", nullable=True),
    instant("answers_from"),
    text("tags"),
    text("dropped"),
    instant("undone_at", nullable=True),
    to("undone_by", "staff_user.id", nullable=True),
    check("of_two", "from_id <> into_id"),
    check("answers_later", "answers_from > merged_at"),
    check("undone_by_someone", "undone_by IS NULL OR undone_at IS NOT NULL"),
    sa.Index("ix_partner_merge_into", "into_id"),
    partial_index("uq_partner_merge_standing", "from_id", unique=True, where="undone_at IS NULL"),
)

table(
    "partner_name",
    row_id(),
    to("partner_id", "partner.id"),
    text("name"),
    text("key"),
    text("kind"),
    instant("accepted_at"),
    instant("until", nullable=True),
    one_of("kind", "public alias"),
    sa.UniqueConstraint("partner_id", "name"),
    sa.Index("ix_partner_name_key", "key"),
    partial_index("uq_partner_name_key", "key", unique=True, where="until IS NULL"),
)

table(
    "partner_tag",
    to("partner_id", "partner.id", primary_key=True),
    text("tag", primary_key=True),
)

table(
    "partner_place",
    row_id(),
    to("partner_id", "partner.id"),
    text("state"),
    text("county"),
    text("city"),
    instant("until", nullable=True),
    one_of(
        "state",
        "US AL AK AS AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY "
        "NC ND MP OH OK OR PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY",
    ),
    check("nationwide_whole", "state <> 'US' OR (county = '' AND city = '')"),
    partial_index("uq_partner_place", "partner_id", "state", "county", "city", unique=True, where="until IS NULL"),
)

table(
    "expertise",
    row_id(),
    text("word"),
    instant("until", nullable=True),
    check("word_given", "word <> ''"),
    partial_index("uq_expertise_word", "word", unique=True, where="until IS NULL"),
)

table(
    "partner_expertise",
    row_id(),
    to("partner_id", "partner.id"),
    to("expertise_id", "expertise.id"),
    instant("added_at"),
    instant("until", nullable=True),
    partial_index("uq_partner_expertise", "partner_id", "expertise_id", unique=True, where="until IS NULL"),
    sa.Index("ix_partner_expertise_expertise_id", "expertise_id"),
)

table(
    "segment",
    row_id(),
    text("name", unique=True),
    text("level"),
    text("tag"),
    text("place"),
    text("expertise"),
)

table(
    "partner_import",
    row_id(),
    to("begun_by", "staff_user.id"),
    instant("begun_at"),
    text("digest"),
    integer("wanted"),
    integer("done"),
    instant("ended_at", nullable=True),
    text("reason"),
    check("digest_whole", "length(digest) = 64"),
    check("done_of_wanted", "done >= 0 AND done <= wanted"),
    check("reason_once_ended", "reason = '' OR ended_at IS NOT NULL"),
    partial_index("uq_partner_import_under_way", "begun_by", unique=True, where="ended_at IS NULL"),
)

table(
    "import_file",
    to("import_id", "partner_import.id", primary_key=True),
    binary("content"),
)

table(
    "import_columns",
    text("headings", primary_key=True),
    text("fields"),
    instant("changed_at"),
)

table(
    "contact",
    row_id(),
    to("partner_id", "partner.id"),
    text("full_name"),
    text("email"),
    text("job_title"),
    integer("may_answer"),
    instant("added_at"),
    instant("answers_from"),
    instant("address_changed_at", nullable=True),
    to("address_changed_by", "staff_user.id", nullable=True),
    to("confirmed_by", "staff_user.id", nullable=True),
    instant("removed_at", nullable=True),
    check("email_lower", "email = lower(email)"),
    check("may_answer_yes_or_no", "may_answer IN (0, 1)"),
    sa.UniqueConstraint("id", "partner_id"),
    sa.Index("ix_contact_email", "email"),
    partial_index("uq_contact_partner_email", "partner_id", "email", unique=True, where="removed_at IS NULL"),
)


# Positions, versions and checks

table(
    "position",
    row_id(),
    text("slug", unique=True),
    to("edition_id", "principles_edition.id"),
    to("started_by", "staff_user.id"),
    instant("started_at"),
)

table(
    "version",
    row_id(),
    to("position_id", "position.id"),
    integer("number"),
    text("language"),
    text("kind"),
    text("title"),
    text("addressed_to"),
    text("reference"),
    text("summary"),
    text("body"),
    text("date_line"),
    text("salutation"),
    text("closing"),
    text("copies"),
    text("enclosures"),
    text("press_contact"),
    text("docket"),
    text("hearing"),
    text("digest"),
    text("change_note"),
    to("saved_by", "staff_user.id"),
    instant("saved_at"),
    check("digest_whole", "length(digest) = 64"),
    one_of("kind", "position letter statement testimony comment"),
    check("number_from_one", "number >= 1"),
    check("text_present", "title <> '' AND body <> ''"),
    sa.UniqueConstraint("id", "digest"),
    sa.UniqueConstraint("id", "position_id"),
    sa.UniqueConstraint("position_id", "number"),
)

table(
    "finding",
    row_id(),
    to("version_id", "version.id"),
    to("criterion_id", "criterion.id"),
    text("verdict"),
    text("rationale"),
    text("quotes"),
    to("found_by", "staff_user.id"),
    instant("found_at"),
    check("reason_given", "verdict = 'not_engaged' OR rationale <> ''"),
    one_of("verdict", "advances not_engaged works_against cannot_tell"),
    sa.UniqueConstraint("version_id", "criterion_id"),
)

table(
    "version_check",
    row_id(),
    integer("version_id"),
    to("edition_id", "principles_edition.id"),
    text("digest"),
    to("completed_by", "staff_user.id"),
    instant("completed_at"),
    foreign_key("version_id digest", "version", "id digest"),
    sa.UniqueConstraint("version_id", "edition_id"),
)

table(
    "review_assignment",
    row_id(),
    to("position_id", "position.id"),
    to("reviewer_id", "staff_user.id"),
    to("asked_by", "staff_user.id"),
    instant("asked_at"),
    instant("ended_at", nullable=True),
    partial_index("uq_review_assignment_live", "position_id", unique=True, where="ended_at IS NULL"),
)

table(
    "draft_presence",
    to("position_id", "position.id", primary_key=True),
    to("user_id", "staff_user.id", primary_key=True),
    instant("seen_at"),
)

table(
    "first_draft",
    row_id(),
    to("begun_by", "staff_user.id"),
    instant("begun_at"),
    instant("ended_at", nullable=True),
)

table(
    "first_draft_presence",
    to("first_draft_id", "first_draft.id", primary_key=True),
    to("user_id", "staff_user.id", primary_key=True),
    instant("seen_at"),
)

table(
    "draft_state",
    row_id(),
    to("position_id", "position.id", nullable=True),
    to("first_draft_id", "first_draft.id", nullable=True),
    integer("number"),
    text("content"),
    to("saved_by", "staff_user.id"),
    instant("saved_at"),
    sa.UniqueConstraint("position_id", "number"),
    sa.UniqueConstraint("first_draft_id", "number"),
    check("of_one_text", "(position_id IS NULL) <> (first_draft_id IS NULL)"),
)

table(
    "turn_notice",
    row_id(),
    to("version_id", "version.id"),
    to("kind", "letter_kind.kind", sa.Text),
    instant("at"),
    sa.Index("ix_turn_notice_version", "version_id", "kind"),
)


# Rounds, requests and links

table(
    "round",
    row_id(),
    integer("position_id"),
    integer("version_id", unique=True),
    instant("deadline"),
    integer("minimum"),
    text("message"),
    text("reminder_days"),
    to("opened_by", "staff_user.id"),
    instant("opened_at"),
    instant("ended_at", nullable=True),
    text("ended_as", nullable=True),
    text("ended_reason"),
    check("deadline_later", "deadline > opened_at"),
    one_of("ended_as", "closed replaced recalled"),
    check("ended_whole", "(ended_at IS NULL) = (ended_as IS NULL)"),
    check("minimum_not_negative", "minimum >= 0"),
    foreign_key("version_id position_id", "version", "id position_id"),
    partial_index("uq_round_open", "position_id", unique=True, where="ended_at IS NULL"),
)

table(
    "request",
    row_id(),
    to("version_id", "round.version_id"),
    to("partner_id", "partner.id"),
    instant("added_at"),
    instant("asked_at"),
    instant("dropped_at", nullable=True),
    text("dropped_reason"),
    sa.UniqueConstraint("id", "partner_id"),
    sa.UniqueConstraint("id", "version_id", "partner_id"),
    sa.UniqueConstraint("version_id", "partner_id"),
    sa.Index("ix_request_partner_id", "partner_id"),
)

table(
    "link",
    row_id(),
    integer("request_id"),
    integer("partner_id"),
    to("contact_id", "contact.id"),
    binary("nonce"),
    text("lookup", unique=True),
    instant("issued_at"),
    instant("revoked_at", nullable=True),
    instant("referred_at", nullable=True),
    check("lookup_whole", "length(lookup) = 64"),
    check("nonce_whole", "length(nonce) = 32"),
    foreign_key("request_id partner_id", "request", "id partner_id"),
    sa.UniqueConstraint("id", "request_id"),
    sa.Index("ix_link_contact", "contact_id"),
    partial_index("uq_link_live", "request_id", "contact_id", unique=True, where="revoked_at IS NULL"),
)


# Accepting the commitments

table(
    "acceptance_link",
    row_id(),
    to("edition_id", "principles_edition.id"),
    integer("partner_id"),
    integer("contact_id"),
    binary("nonce"),
    text("lookup", unique=True),
    to("asked_by", "staff_user.id"),
    instant("asked_at"),
    instant("revoked_at", nullable=True),
    check("lookup_whole", "length(lookup) = 64"),
    check("nonce_whole", "length(nonce) = 32"),
    sa.UniqueConstraint("id", "edition_id", "partner_id"),
    foreign_key("contact_id partner_id", "contact", "id partner_id"),
    sa.Index("ix_acceptance_link_contact", "contact_id"),
    partial_index("uq_acceptance_link_live", "edition_id", "contact_id", unique=True, where="revoked_at IS NULL"),
)

table(
    "acceptance",
    row_id(),
    integer("edition_id"),
    integer("partner_id"),
    integer("link_id"),
    text("digest"),
    integer("accepted"),
    text("full_name", nullable=True),
    text("job_title", nullable=True),
    instant("at"),
    check("accepted_yes_or_no", "accepted IN (0, 1)"),
    check("digest_whole", "length(digest) = 64"),
    foreign_key("link_id edition_id partner_id", "acceptance_link", "id edition_id partner_id"),
    sa.Index("ix_acceptance_partner", "partner_id", "edition_id"),
)


# Invitations and comments

table(
    "invitation",
    row_id(),
    to("version_id", "version.id"),
    integer("partner_id"),
    integer("contact_id"),
    binary("nonce"),
    text("lookup", unique=True),
    to("invited_by", "staff_user.id"),
    instant("invited_at"),
    instant("revoked_at", nullable=True),
    check("lookup_whole", "length(lookup) = 64"),
    check("nonce_whole", "length(nonce) = 32"),
    foreign_key("contact_id partner_id", "contact", "id partner_id"),
    sa.Index("ix_invitation_contact", "contact_id"),
    partial_index("uq_invitation_live", "version_id", "contact_id", unique=True, where="revoked_at IS NULL"),
)

table(
    "comment",
    row_id(),
    to("version_id", "version.id"),
    integer("partner_id"),
    integer("contact_id"),
    to("link_id", "link.id", nullable=True),
    to("invitation_id", "invitation.id", nullable=True),
    text("quote"),
    text("words", nullable=True),
    text("salt", nullable=True),
    instant("made_at"),
    instant("settled_at", nullable=True),
    to("settled_by", "staff_user.id", nullable=True),
    text("outcome", nullable=True),
    text("outcome_note", nullable=True),
    check("one_way_here", "(link_id IS NULL) <> (invitation_id IS NULL)"),
    one_of("outcome", "taken_up partly not_taken_up"),
    check("settled_by_someone", "(settled_at IS NULL) = (settled_by IS NULL)"),
    check("settled_whole", "(settled_at IS NULL) = (outcome IS NULL)"),
    foreign_key("contact_id partner_id", "contact", "id partner_id"),
    sa.Index("ix_comment_version", "version_id"),
)


# Answers

table(
    "answer",
    row_id(),
    integer("version_id"),
    integer("partner_id"),
    integer("sequence"),
    text("digest"),
    text("verdict"),
    text("public_name", nullable=True),
    binary("order_key", nullable=True),
    text("public_note"),
    text("authority", nullable=True),
    day("board_decided_on", nullable=True),
    instant("at"),
    integer("request_id"),
    integer("link_id", nullable=True),
    to("removed_by", "staff_user.id", nullable=True),
    to("entry_id", "entry.id", unique=True),
    text("mac"),
    check("approval_has_authority", "(verdict = 'approve') = (authority IS NOT NULL)"),
    check("approval_has_name", "(verdict = 'approve') = (public_name IS NOT NULL)"),
    check("approval_has_order", "(verdict = 'approve') = (order_key IS NOT NULL)"),
    one_of("authority", "executive board committee delegate"),
    check("mac_present", "length(mac) > 0"),
    check("note_with_approval", "verdict = 'approve' OR public_note = ''"),
    check("only_removal_without_link", "(verdict = 'remove') = (link_id IS NULL)"),
    check("removal_has_remover", "(verdict = 'remove') = (removed_by IS NOT NULL)"),
    check("sequence_from_one", "sequence >= 1"),
    one_of("verdict", "approve decline abstain withdraw contest remove"),
    foreign_key("link_id request_id", "link", "id request_id"),
    foreign_key("partner_id public_name", "partner_name", "partner_id name"),
    foreign_key("request_id version_id partner_id", "request", "id version_id partner_id"),
    foreign_key("version_id digest", "version", "id digest"),
    sa.UniqueConstraint("version_id", "partner_id", "sequence"),
    partial_index("ix_answer_approvals", "version_id", "public_name", "partner_id", where="verdict = 'approve'"),
    partial_index("ix_answer_order", "version_id", "order_key", "partner_id", "sequence", where="verdict = 'approve'"),
    partial_index("ix_answer_later", "version_id", "partner_id", "sequence", where="sequence > 1"),
    partial_index("ix_answer_times", "version_id", "at", where="verdict = 'approve'"),
    sa.Index("ix_answer_request", "request_id"),
)

table(
    "answer_person",
    to("answer_id", "answer.id", primary_key=True),
    text("full_name", nullable=True),
    text("job_title", nullable=True),
    text("reason", nullable=True),
    text("note", nullable=True),
    text("salt", nullable=True),
)


# What partners propose, and what reviewers exempt

table(
    "name_proposal",
    row_id(),
    to("partner_id", "partner.id"),
    to("link_id", "link.id"),
    text("name"),
    instant("proposed_at"),
    instant("settled_at", nullable=True),
    to("settled_by", "staff_user.id", nullable=True),
    integer("accepted", nullable=True),
    check("accepted_yes_or_no", "accepted IN (0, 1)"),
    check("settled_whole", "(settled_at IS NULL) = (accepted IS NULL)"),
    sa.Index("ix_name_proposal_partner", "partner_id"),
)

table(
    "referral",
    row_id(),
    integer("link_id"),
    integer("request_id"),
    integer("partner_id"),
    text("full_name", nullable=True),
    text("email", nullable=True),
    text("job_title", nullable=True),
    instant("made_at"),
    instant("settled_at", nullable=True),
    to("settled_by", "staff_user.id", nullable=True),
    integer("accepted", nullable=True),
    integer("contact_id", nullable=True),
    instant("taken_back_at", nullable=True),
    check("accepted_yes_or_no", "accepted IN (0, 1)"),
    check("colleague_once_accepted", "contact_id IS NULL OR accepted = 1"),
    check("settled_when_taken_back", "taken_back_at IS NULL OR settled_at IS NOT NULL"),
    check("settled_whole", "(settled_at IS NULL) = (accepted IS NULL)"),
    foreign_key("contact_id partner_id", "contact", "id partner_id"),
    foreign_key("link_id request_id", "link", "id request_id"),
    foreign_key("request_id partner_id", "request", "id partner_id"),
    sa.Index("ix_referral_contact", "contact_id"),
    sa.Index("ix_referral_link", "link_id"),
)

table(
    "exemption",
    row_id(),
    to("version_id", "version.id"),
    to("partner_id", "partner.id"),
    text("spelling"),
    text("passages"),
    text("reason"),
    to("recorded_by", "staff_user.id"),
    instant("recorded_at"),
    check("reason_given", "reason <> '' OR spelling = 'ordinary'"),
    one_of("spelling", "written ordinary"),
    sa.Index("ix_exemption_version", "version_id"),
)


# What partners say of themselves

table(
    "partner_posting",
    row_id(),
    to("partner_id", "partner.id"),
    text("kind"),
    text("words", nullable=True),
    to("logo_id", "logo.id", nullable=True),
    text("state", nullable=True),
    text("county"),
    text("city"),
    day("month", nullable=True),
    to("link_id", "link.id", nullable=True),
    to("typed_by", "staff_user.id", nullable=True),
    instant("proposed_at"),
    instant("settled_at", nullable=True),
    to("settled_by", "staff_user.id", nullable=True),
    integer("accepted", nullable=True),
    text("reason", nullable=True),
    instant("until", nullable=True),
    to("ended_by", "staff_user.id", nullable=True),
    text("ended_reason", nullable=True),
    one_of("kind", "description logo notice"),
    one_of(
        "state",
        "US AL AK AS AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY "
        "NC ND MP OH OK OR PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY",
    ),
    check("logo_has_a_picture", "(kind = 'logo') = (logo_id IS NOT NULL)"),
    check("notice_has_a_place", "(kind = 'notice') = (state IS NOT NULL)"),
    check("notice_has_a_month", "(kind = 'notice') = (month IS NOT NULL)"),
    check("proposed_by_someone", "(link_id IS NULL) <> (typed_by IS NULL)"),
    check("settled_whole", "(settled_at IS NULL) = (accepted IS NULL)"),
    check("accepted_yes_or_no", "accepted IN (0, 1)"),
    check("ended_once_over", "ended_by IS NULL OR until IS NOT NULL"),
    sa.Index("ix_partner_posting_partner", "partner_id", "kind"),
    sa.Index("ix_partner_posting_kind", "kind", "until"),
)


# Publications

table(
    "publication",
    row_id(),
    to("position_id", "position.id"),
    integer("version_id", unique=True),
    to("published_by", "staff_user.id"),
    instant("published_at"),
    instant("ended_at", nullable=True),
    text("ended_as", nullable=True),
    text("ended_reason"),
    text("grouping"),
    one_of("ended_as", "retired superseded"),
    one_of("grouping", "level state alphabet"),
    check("ended_later", "ended_at IS NULL OR ended_at >= published_at"),
    check("ended_whole", "(ended_at IS NULL) = (ended_as IS NULL)"),
    foreign_key("version_id position_id", "version", "id position_id"),
    partial_index("uq_publication_live", "position_id", unique=True, where="ended_at IS NULL"),
)


# What people report about public lists

table(
    "problem_report",
    row_id(),
    to("publication_id", "publication.id"),
    text("words", nullable=True),
    text("full_name", nullable=True),
    text("email", nullable=True),
    text("network", nullable=True),
    instant("reported_at"),
    instant("settled_at", nullable=True),
    to("settled_by", "staff_user.id", nullable=True),
    check("email_lower", "email = lower(email)"),
    check("settled_by_someone", "(settled_at IS NULL) = (settled_by IS NULL)"),
    check("settled_later", "settled_at IS NULL OR settled_at >= reported_at"),
    sa.Index("ix_problem_report_publication", "publication_id"),
    sa.Index("ix_problem_report_reported_at", "reported_at"),
)


# What is scheduled

table(
    "scheduled_act",
    row_id(),
    text("kind"),
    integer("position_id"),
    integer("version_id"),
    instant("due_at"),
    text("shown"),
    text("state"),
    text("partner_ids"),
    instant("deadline", nullable=True),
    text("message"),
    integer("minimum"),
    text("reminder_days"),
    text("grouping", nullable=True),
    to("scheduled_by", "staff_user.id"),
    instant("scheduled_at"),
    instant("ended_at", nullable=True),
    text("ended_as", nullable=True),
    to("ended_by", "staff_user.id", nullable=True),
    text("reasons"),
    foreign_key("version_id position_id", "version", "id position_id"),
    one_of("kind", "ask publish"),
    one_of("ended_as", "done failed canceled"),
    check("due_later", "due_at > scheduled_at"),
    check("deadline_when_asking", "(kind = 'ask') = (deadline IS NOT NULL)"),
    one_of("grouping", "level state alphabet"),
    check("grouping_when_publishing", "(kind = 'publish') = (grouping IS NOT NULL)"),
    check("deadline_after_due", "deadline > due_at"),
    check("shown_whole", "length(shown) = 64 AND length(state) = 64"),
    check("ended_whole", "(ended_at IS NULL) = (ended_as IS NULL)"),
    check(
        "failed_for_reasons",
        "CASE WHEN ended_as = 'failed' THEN 1 ELSE 0 END = CASE WHEN reasons = '[]' THEN 0 ELSE 1 END",
    ),
    partial_index("uq_scheduled_act_waiting", "position_id", unique=True, where="ended_at IS NULL"),
)


# Deliveries

table(
    "delivery",
    row_id(),
    to("publication_id", "publication.id"),
    text("recipient"),
    text("way"),
    text("address", nullable=True),
    text("note", nullable=True),
    day("delivered_on"),
    integer("supplements_id", nullable=True),
    binary("file"),
    text("file_sha256"),
    to("delivered_by", "staff_user.id"),
    instant("delivered_at"),
    instant("taken_back_at", nullable=True),
    to("taken_back_by", "staff_user.id", nullable=True),
    text("taken_back_reason", nullable=True),
    sa.UniqueConstraint("id", "publication_id"),
    foreign_key("supplements_id publication_id", "delivery", "id publication_id"),
    one_of("way", "email by_hand"),
    check("address_by_email", "way = 'email' OR address IS NULL"),
    check("recipient_said", "length(recipient) > 0"),
    check("file_digest_whole", "length(file_sha256) = 64"),
    check("taken_back_by_someone", "(taken_back_at IS NULL) = (taken_back_by IS NULL)"),
    check("taken_back_for_a_reason", "taken_back_at IS NOT NULL OR taken_back_reason IS NULL"),
    check("taken_back_later", "taken_back_at IS NULL OR taken_back_at >= delivered_at"),
)

table(
    "delivered_name",
    row_id(),
    to("delivery_id", "delivery.id"),
    to("answer_id", "answer.id"),
    sa.UniqueConstraint("delivery_id", "answer_id"),
)


# Applications

table(
    "sign_on",
    row_id(),
    to("position_id", "position.id"),
    to("opened_by", "staff_user.id"),
    instant("opened_at"),
    instant("until"),
    instant("ended_at", nullable=True),
    to("ended_by", "staff_user.id", nullable=True),
    check("until_later", "until > opened_at"),
    check("ended_by_someone", "(ended_at IS NULL) = (ended_by IS NULL)"),
    partial_index("uq_sign_on_live", "position_id", unique=True, where="ended_at IS NULL"),
)

table(
    "application",
    row_id(),
    to("sign_on_id", "sign_on.id"),
    text("organization", nullable=True),
    text("website", nullable=True),
    text("level", nullable=True),
    text("state", nullable=True),
    text("full_name", nullable=True),
    text("email", nullable=True),
    text("job_title", nullable=True),
    text("network", nullable=True),
    binary("nonce"),
    text("lookup", unique=True),
    instant("applied_at"),
    instant("expires_at"),
    instant("confirmed_at", nullable=True),
    instant("decided_at", nullable=True),
    text("decision", nullable=True),
    to("decided_by", "staff_user.id", nullable=True),
    to("partner_id", "partner.id", nullable=True),
    instant("settled_at", nullable=True),
    integer("agreed", nullable=True),
    to("settled_link_id", "link.id", nullable=True),
    check("lookup_whole", "length(lookup) = 64"),
    check("nonce_whole", "length(nonce) = 32"),
    check("email_lower", "email = lower(email)"),
    check("expires_later", "expires_at > applied_at"),
    check("confirmed_in_time", "confirmed_at <= expires_at"),
    one_of("decision", "accept link reject"),
    check("decided_whole", "(decided_at IS NULL) = (decision IS NULL)"),
    check("decided_by_someone", "(decided_at IS NULL) = (decided_by IS NULL)"),
    check("decided_once_confirmed", "decided_at IS NULL OR confirmed_at IS NOT NULL"),
    check("partner_unless_rejected", "(partner_id IS NOT NULL) = (decision IS NOT NULL AND decision <> 'reject')"),
    check("agreed_yes_or_no", "agreed IN (0, 1)"),
    check("settled_whole", "(settled_at IS NULL) = (agreed IS NULL)"),
    check("settled_by_a_contact", "(settled_at IS NULL) = (settled_link_id IS NULL)"),
    check("settled_if_linked", "settled_at IS NULL OR (decision IS NOT NULL AND decision = 'link')"),
    sa.Index("ix_application_email", "email", "applied_at"),
    sa.Index("ix_application_network", "network", "applied_at"),
    sa.Index("ix_application_partner", "partner_id"),
    sa.Index("ix_application_sign_on", "sign_on_id"),
)


# Subscriptions

table(
    "subscription",
    row_id(),
    to("position_id", "position.id", nullable=True),
    to("contact_id", "contact.id", nullable=True),
    text("email", nullable=True),
    text("network", nullable=True),
    binary("nonce"),
    text("lookup", unique=True),
    instant("asked_at"),
    instant("expires_at"),
    instant("confirmed_at", nullable=True),
    instant("ended_at", nullable=True),
    text("ended_as", nullable=True),
    check("lookup_whole", "length(lookup) = 64"),
    check("nonce_whole", "length(nonce) = 32"),
    check("email_lower", "email = lower(email)"),
    check("expires_later", "expires_at > asked_at"),
    check("confirmed_in_time", "confirmed_at IS NULL OR confirmed_at <= expires_at"),
    check("ended_whole", "(ended_at IS NULL) = (ended_as IS NULL)"),
    check("ended_once_confirmed", "ended_at IS NULL OR confirmed_at IS NOT NULL"),
    check(
        "contact_needs_no_address",
        "contact_id IS NULL OR (email IS NULL AND confirmed_at IS NOT NULL)",
    ),
    one_of("ended_as", "unsubscribed bounced erased"),
    sa.Index("ix_subscription_contact", "contact_id"),
    sa.Index("ix_subscription_asked_at", "asked_at"),
    sa.Index("ix_subscription_email", "email"),
    sa.Index("ix_subscription_network", "network"),
)

table(
    "news_digest",
    row_id(),
    instant("since"),
    instant("until", unique=True),
    check("since_before_until", "since < until"),
)


# Meetings

table(
    "meeting",
    row_id(),
    text("title"),
    instant("begins_at"),
    instant("ends_at"),
    text("place"),
    text("link"),
    text("agenda"),
    text("position_ids"),
    integer("revision"),
    integer("told_revision"),
    integer("is_public"),
    to("planned_by", "staff_user.id"),
    instant("planned_at"),
    instant("canceled_at", nullable=True),
    check("ends_later", "ends_at > begins_at"),
    check("revision_from_one", "revision >= 1"),
    check("public_yes_or_no", "is_public IN (0, 1)"),
    check("told_of_what_was", "told_revision BETWEEN 0 AND revision"),
)


# Newsletters

table(
    "newsletter",
    row_id(),
    text("subject"),
    text("opening"),
    text("parts"),
    instant("since"),
    instant("until"),
    integer("revision"),
    to("written_by", "staff_user.id"),
    instant("written_at"),
    instant("due_at", nullable=True),
    to("sender_id", "staff_user.id", nullable=True),
    text("problem"),
    instant("sent_at", nullable=True),
    instant("discarded_at", nullable=True),
    check("since_not_after_until", "since <= until"),
    check("revision_from_one", "revision >= 1"),
    check("sender_known", "(due_at IS NULL AND sent_at IS NULL) OR sender_id IS NOT NULL"),
    check("one_end", "sent_at IS NULL OR discarded_at IS NULL"),
)


# Letters

table(
    "answer_digest",
    row_id(),
    instant("since"),
    instant("until", unique=True),
    check("since_before_until", "since < until"),
)

table(
    "letter",
    row_id(),
    to("kind", "letter_kind.kind", sa.Text),
    to("contact_id", "contact.id", nullable=True),
    to("user_id", "staff_user.id", nullable=True),
    text("address", nullable=True),
    to("version_id", "version.id", nullable=True),
    to("link_id", "link.id", nullable=True),
    to("invitation_id", "invitation.id", nullable=True),
    to("answer_id", "answer.id", nullable=True),
    to("comment_id", "comment.id", nullable=True),
    to("referral_id", "referral.id", nullable=True),
    to("proposal_id", "name_proposal.id", nullable=True),
    to("changed_contact_id", "contact.id", nullable=True),
    to("token_id", "api_token.id", nullable=True),
    to("account_link_id", "account_link.id", nullable=True),
    text("account_news", nullable=True),
    to("digest_id", "answer_digest.id", nullable=True),
    to("schedule_id", "scheduled_act.id", nullable=True),
    to("delivery_id", "delivery.id", nullable=True),
    to("merge_id", "partner_merge.id", nullable=True),
    to("application_id", "application.id", nullable=True),
    to("subscription_id", "subscription.id", nullable=True),
    to("news_id", "news_digest.id", nullable=True),
    to("meeting_id", "meeting.id", nullable=True),
    to("newsletter_id", "newsletter.id", nullable=True),
    to("acceptance_link_id", "acceptance_link.id", nullable=True),
    to("acceptance_id", "acceptance.id", nullable=True),
    to("posting_id", "partner_posting.id", nullable=True),
    text("state"),
    text("message_id", unique=True),
    instant("queued_at"),
    instant("due_at"),
    integer("attempts"),
    integer("fence"),
    instant("claimed_until", nullable=True),
    instant("sent_at", nullable=True),
    text("last_reply"),
    text("sent_subject", nullable=True),
    text("sent_text", nullable=True),
    check(
        "about_a_version",
        "kind IN ('contact_changed', 'contact_confirmed', 'partners_merged', 'account', 'digest', "
        "'application_confirm', 'application', 'application_decided', 'complained', 'subscription_confirm', "
        "'news', 'meeting', 'newsletter', 'newsletter_test', 'newsletter_not_sent', 'commitments', "
        "'commitments_answered', 'posting_proposed', 'posting_settled') OR version_id IS NOT NULL",
    ),
    check("posting_about_one", "(kind IN ('posting_proposed', 'posting_settled')) = (posting_id IS NOT NULL)"),
    check(
        "account_about_one_thing",
        "CASE WHEN token_id IS NULL THEN 0 ELSE 1 END + CASE WHEN account_link_id IS NULL THEN 0 ELSE 1 END "
        "+ CASE WHEN account_news IS NULL THEN 0 ELSE 1 END = CASE WHEN kind = 'account' THEN 1 ELSE 0 END",
    ),
    check("partners_merged_by_a_merge", "(kind = 'partners_merged') = (merge_id IS NOT NULL)"),
    check("not_done_has_its_schedule", "(kind = 'not_done') = (schedule_id IS NOT NULL)"),
    check("digest_has_its_days", "(kind = 'digest') = (digest_id IS NOT NULL)"),
    one_of(
        "account_news",
        "password_changed address_changed authenticator_added authenticator_removed recovery_codes_renewed "
        "roles_changed",
    ),
    check(
        "asking_has_link",
        "kind NOT IN ('request', 'reminder', 'replaced', 'deadline_moved', 'fresh_link', 'confirm') "
        "OR link_id IS NOT NULL",
    ),
    check("claimed_when_sending", "(state = 'sending') = (claimed_until IS NOT NULL)"),
    check("delivered_has_its_delivery", "(kind = 'delivered') = (delivery_id IS NOT NULL)"),
    check(
        "one_addressee",
        "CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END + CASE WHEN user_id IS NULL THEN 0 ELSE 1 END "
        "+ CASE WHEN delivery_id IS NULL THEN 0 ELSE 1 END "
        "+ CASE WHEN kind IN ('application_confirm', 'application_decided') THEN 1 ELSE 0 END "
        "+ CASE WHEN kind IN ('subscription_confirm', 'news') THEN 1 ELSE 0 END = 1",
    ),
    check(
        "subscription_has_one",
        "(kind IN ('subscription_confirm', 'news', 'meeting', 'newsletter')) = (subscription_id IS NOT NULL)",
    ),
    check("meeting_has_one", "(kind = 'meeting') = (meeting_id IS NOT NULL)"),
    check(
        "newsletter_has_one",
        "(kind IN ('newsletter', 'newsletter_test', 'newsletter_not_sent')) = (newsletter_id IS NOT NULL)",
    ),
    check("commitments_with_a_link", "kind <> 'commitments' OR acceptance_link_id IS NOT NULL"),
    check("commitments_answered_by_one", "(kind = 'commitments_answered') = (acceptance_id IS NOT NULL)"),
    check("news_has_its_days", "(kind = 'news') = (news_id IS NOT NULL)"),
    check(
        "application_about_one",
        "(kind IN ('application_confirm', 'application_decided', 'application', 'application_linked')) "
        "= (application_id IS NOT NULL)",
    ),
    check("own_address_only_then", "address IS NULL OR kind IN ('contact_changed', 'contact_confirmed', 'account')"),
    check("sent_when_sent", "(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)"),
    check("sent_words_whole", "(sent_text IS NULL) = (sent_subject IS NULL)"),
    one_of("state", "queued sending sent failed bounced canceled"),
    sa.Index("ix_letter_application_id", "application_id"),
    sa.Index("ix_letter_contact", "contact_id"),
    sa.Index("ix_letter_due", "state", "due_at"),
    sa.Index("ix_letter_link", "link_id"),
    sa.Index("ix_letter_newsletter_id", "newsletter_id"),
    sa.Index("ix_letter_subscription_id", "subscription_id"),
    sa.Index("ix_letter_version", "version_id", "state"),
)


# The record

table(
    "entry",
    row_id(),
    to("kind", "entry_kind.kind", sa.Text),
    instant("at"),
    text("actor"),
    to("position_id", "position.id", nullable=True),
    text("leaf"),
    text("body"),
    text("code"),
    check("leaf_whole", "length(leaf) = 64"),
    sa.Index("ix_entry_position", "position_id", "id"),
    sqlite_autoincrement=True,
)


# Codes of the rows that people read

table(
    "row_code",
    text("row_table", primary_key=True),
    integer("row_id", primary_key=True, autoincrement=False),
    text("code"),
    check("code_present", "length(code) > 0"),
)


# The record's tree

table(
    "leaf",
    integer("number", primary_key=True, autoincrement=False),
    to("entry_id", "entry.id", unique=True),
)


# The public log

table(
    "log_leaf",
    integer("number", primary_key=True, autoincrement=False),
    text("kind"),
    to("publication_id", "publication.id", nullable=True),
    text("content"),
    text("hash"),
    one_of("kind", "key published signatories retired superseded state"),
    check("hash_whole", "length(hash) = 64"),
    sa.Index("ix_log_leaf_kind", "kind", "number"),
    sa.Index("ix_log_leaf_publication", "publication_id"),
)

table(
    "log_head",
    integer("size", primary_key=True, autoincrement=False),
    text("root"),
    text("frontier"),
    text("note"),
    instant("time"),
    integer("record_size"),
    text("record_root"),
    text("record_salt"),
    text("record_frontier"),
    check("root_whole", "length(root) = 64"),
    check("record_whole", "length(record_root) = 64 AND length(record_salt) = 64"),
)

table(
    "log_list",
    to("publication_id", "publication.id", primary_key=True, autoincrement=False),
    text("salt"),
    check("salt_whole", "length(salt) = 64"),
)

table(
    "cosignature",
    to("size", "log_head.size", primary_key=True, autoincrement=False),
    text("witness", primary_key=True),
    text("line"),
    check("line_present", "length(line) > 0"),
)

table(
    "witness_problem",
    text("witness", primary_key=True),
    text("problem"),
    instant("since"),
    instant("tried_at"),
)

table(
    "complaint",
    row_id(),
    to("contact_id", "contact.id"),
    to("letter_id", "letter.id", unique=True),
    instant("at"),
    instant("settled_at", nullable=True),
    to("settled_by", "staff_user.id", nullable=True),
    check("settled_by_someone", "(settled_at IS NULL) = (settled_by IS NULL)"),
    sa.Index("ix_complaint_contact", "contact_id"),
)

table(
    "mail_report",
    text("lookup", primary_key=True),
    instant("at"),
)


# What moves when the public can read something else

table(
    "public_revision",
    integer("scope", primary_key=True, autoincrement=False),
    text("token"),
)


# The worker

table(
    "worker_beat",
    row_id(),
    instant("at"),
    check("only_one", "id = 1"),
)

table(
    "mail_pause",
    row_id(),
    text("reason"),
    instant("since"),
    integer("tries"),
    instant("try_again_at", nullable=True),
    check("only_one", "id = 1"),
    check("tried", "tries >= 1"),
)

table(
    "restoration",
    integer("number", primary_key=True, autoincrement=False),
    instant("restored_at"),
    instant("made_at", nullable=True),
    integer("newest_entry"),
    integer("log_size"),
    instant("opened_at", nullable=True),
    to("opened_by", "staff_user.id", nullable=True),
    text("given_up", nullable=True),
    check("opened_whole", "opened_by IS NULL OR opened_at IS NOT NULL"),
    check("given_up_by_opening", "given_up IS NULL OR opened_at IS NOT NULL"),
    sa.Index("ix_restoration_opened", "opened_at"),
)


# Full text

TEXT_INDEXES = {
    "sqlite": (
        "CREATE VIRTUAL TABLE version_words USING fts5(title, summary, body, content='version', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2')",
        "CREATE VIRTUAL TABLE entry_words USING fts5(body, content='entry', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 2')",
    ),
    "postgresql": (
        "CREATE INDEX ix_version_words ON version USING gin "
        "(to_tsvector('english'::regconfig, title || ' ' || summary || ' ' || body))",
        "CREATE INDEX ix_entry_words ON entry USING gin (to_tsvector('simple'::regconfig, body))",
    ),
}
