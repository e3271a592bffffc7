"""What keys and CHECKs cannot say, written once for both databases.

Each guard is one condition that must never become true, with the sentence it refuses with; models/guards.py
lays it as a trigger. `{differs}` stands for the null-safe "is not".
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """A trigger: on which table and act, under which condition, with which sentence it refuses."""

    name: str
    table: str
    act: str  # INSERT, UPDATE, DELETE or TRUNCATE
    when: str
    sentence: str


def _frozen(table: str, columns: str) -> Guard:
    """The named columns of a row are never changed."""
    condition = " OR ".join(f"NEW.{column} {{differs}} OLD.{column}" for column in columns.split())
    return Guard(f"{table}_frozen", table, "UPDATE", condition, f"{table}: what was said is never changed")


def _kept(table: str, keys: str) -> Iterator[Guard]:
    """Rows are never deleted: not by DELETE, not by SQLite's REPLACE, not by PostgreSQL's TRUNCATE.

    `keys` lists every unique key, columns joined by `+`, since REPLACE deletes whatever row one of them hits;
    `?column` at its end says that the key holds only for rows in which that column is empty.
    """
    yield Guard(f"{table}_not_deleted", table, "DELETE", "1 = 1", f"{table}: rows are never deleted")
    yield Guard(f"{table}_not_truncated", table, "TRUNCATE", "", f"{table}: rows are never deleted")
    clashes = " OR ".join(f"({_clash(key)})" for key in keys.split())
    yield Guard(
        f"{table}_not_replaced",
        table,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {table} was WHERE {clashes})",
        f"{table}: such a row exists and is never replaced",
    )


def _clash(key: str) -> str:
    columns, _, empty = key.partition("?")
    same = [f"was.{column} = NEW.{column}" for column in columns.split("+")]
    if empty:
        same += [f"was.{empty} IS NULL", f"NEW.{empty} IS NULL"]
    return " AND ".join(same)


def _for_good(table: str, column: str, sentence: str) -> Guard:
    """What was ended once is never revived."""
    condition = f"OLD.{column} IS NOT NULL AND NEW.{column} {{differs}} OLD.{column}"
    return Guard(f"{table}_{column}_for_good", table, "UPDATE", condition, f"{table}: {sentence}")


_LAST_VERDICT = """(SELECT last.verdict FROM answer last
    WHERE last.version_id = NEW.version_id AND last.partner_id = NEW.partner_id
    ORDER BY last.sequence DESC LIMIT 1)"""
_TO_A_ROUND = "('approve', 'decline', 'abstain')"
_AUTHOR = """EXISTS (SELECT 1 FROM version own JOIN version checked ON checked.position_id = own.position_id
    WHERE checked.id = NEW.version_id AND own.saved_by = NEW.{column})"""

GUARDS: tuple[Guard, ...] = (
    # Versions
    *_kept("version", "id position_id+number"),
    _frozen(
        "version",
        "id position_id number language kind title addressed_to reference summary body digest change_note "
        "saved_by saved_at",
    ),
    Guard(
        "version_in_sequence",
        "version",
        "INSERT",
        "NEW.number <> 1 + COALESCE((SELECT MAX(v.number) FROM version v WHERE v.position_id = NEW.position_id), 0)",
        "version: numbers follow one another",
    ),
    Guard(
        "version_says_something_new",
        "version",
        "INSERT",
        """NEW.digest = (SELECT v.digest FROM version v WHERE v.position_id = NEW.position_id
        ORDER BY v.number DESC LIMIT 1)""",
        "version: saving without a change makes no version",
    ),
    *_kept("position", "id slug"),
    _frozen("position", "id slug edition_id started_by started_at"),
    # Principles
    *_kept("principles_edition", "id number"),
    _frozen("principles_edition", "id number adopted_on recorded_at vision mission preamble source"),
    *_kept("criterion", "id edition_id+key edition_id+rank"),
    _frozen("criterion", "id edition_id rank key kind name statement questions"),
    Guard(
        "criterion_before_use",
        "criterion",
        "INSERT",
        "EXISTS (SELECT 1 FROM position p WHERE p.edition_id = NEW.edition_id)",
        "criterion: an edition in use does not grow",
    ),
    # Checks
    Guard(
        "finding_before_completion",
        "finding",
        "INSERT",
        """EXISTS (SELECT 1 FROM version_check done JOIN criterion c ON c.edition_id = done.edition_id
        WHERE done.version_id = NEW.version_id AND c.id = NEW.criterion_id)""",
        "finding: the check of this version is completed",
    ),
    Guard(
        "finding_unchanged_after_completion",
        "finding",
        "UPDATE",
        """NEW.version_id <> OLD.version_id OR NEW.criterion_id <> OLD.criterion_id OR
        EXISTS (SELECT 1 FROM version_check done JOIN criterion c ON c.edition_id = done.edition_id
        WHERE done.version_id = OLD.version_id AND c.id = OLD.criterion_id)""",
        "finding: the check of this version is completed",
    ),
    Guard(
        "finding_kept_after_completion",
        "finding",
        "DELETE",
        """EXISTS (SELECT 1 FROM version_check done JOIN criterion c ON c.edition_id = done.edition_id
        WHERE done.version_id = OLD.version_id AND c.id = OLD.criterion_id)""",
        "finding: the check of this version is completed",
    ),
    Guard("finding_not_truncated", "finding", "TRUNCATE", "", "finding: rows are never deleted at once"),
    Guard(
        "finding_by_another", "finding", "INSERT", _AUTHOR.format(column="found_by"), "finding: authors do not check"
    ),
    Guard(
        "finding_by_another_again",
        "finding",
        "UPDATE",
        _AUTHOR.format(column="found_by"),
        "finding: authors do not check",
    ),
    *_kept("version_check", "id version_id+edition_id"),
    _frozen("version_check", "id version_id edition_id digest completed_by completed_at"),
    Guard(
        "check_by_another",
        "version_check",
        "INSERT",
        _AUTHOR.format(column="completed_by"),
        "version_check: authors do not check",
    ),
    Guard(
        "check_whole",
        "version_check",
        "INSERT",
        """EXISTS (SELECT 1 FROM criterion c WHERE c.edition_id = NEW.edition_id AND NOT EXISTS (
            SELECT 1 FROM finding f WHERE f.version_id = NEW.version_id AND f.criterion_id = c.id
            AND f.verdict IN ('advances', 'not_engaged')))""",
        "version_check: a criterion has no finding, or one that stands in the way",
    ),
    Guard(
        "check_advances",
        "version_check",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM criterion c JOIN finding f ON f.criterion_id = c.id
            WHERE c.edition_id = NEW.edition_id AND f.version_id = NEW.version_id AND f.verdict = 'advances')""",
        "version_check: nothing is advanced",
    ),
    # Partners and contacts
    *_kept("partner", "id slug"),
    _frozen("partner", "id slug joined_at"),
    *_kept("partner_name", "id partner_id+name key"),
    _frozen("partner_name", "id partner_id name key kind accepted_at"),
    _for_good("partner_name", "until", "a name that is over is never revived"),
    *_kept("contact", "id partner_id+email?removed_at"),
    _for_good("contact", "removed_at", "a removed contact is never revived"),
    _frozen("contact", "id partner_id added_at"),
    Guard(
        "contact_is_not_staff",
        "contact",
        "INSERT",
        "EXISTS (SELECT 1 FROM staff_user s WHERE s.email = NEW.email)",
        "contact: a staff address can never be a partner's contact",
    ),
    Guard(
        "contact_stays_not_staff",
        "contact",
        "UPDATE",
        "NEW.email {differs} OLD.email AND EXISTS (SELECT 1 FROM staff_user s WHERE s.email = NEW.email)",
        "contact: a staff address can never be a partner's contact",
    ),
    Guard(
        "staff_is_not_contact",
        "staff_user",
        "INSERT",
        "EXISTS (SELECT 1 FROM contact c WHERE c.email = NEW.email AND c.removed_at IS NULL)",
        "staff_user: a partner's contact can never be staff",
    ),
    Guard(
        "staff_stays_not_contact",
        "staff_user",
        "UPDATE",
        """NEW.email {differs} OLD.email
        AND EXISTS (SELECT 1 FROM contact c WHERE c.email = NEW.email AND c.removed_at IS NULL)""",
        "staff_user: a partner's contact can never be staff",
    ),
    # Rounds
    *_kept("round", "id version_id position_id?ended_at"),
    _frozen("round", "id position_id version_id minimum message opened_by opened_at"),
    Guard(
        "round_needs_check",
        "round",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM version_check done JOIN position p ON p.id = NEW.position_id
            WHERE done.version_id = NEW.version_id AND done.edition_id = p.edition_id)""",
        "round: the check of this version is not completed",
    ),
    Guard(
        "round_ended_for_good",
        "round",
        "UPDATE",
        """OLD.ended_as IN ('recalled', 'replaced')
        AND (NEW.ended_as {differs} OLD.ended_as OR NEW.ended_at {differs} OLD.ended_at)""",
        "round: a recalled or replaced round is never reopened",
    ),
    *_kept("request", "id version_id+partner_id"),
    _frozen("request", "id version_id partner_id added_at"),
    *_kept("link", "id lookup request_id+contact_id?revoked_at"),
    _frozen("link", "id request_id partner_id contact_id nonce lookup issued_at"),
    _for_good("link", "revoked_at", "a revoked link is never revived"),
    _for_good("link", "referred_at", "a link that named a colleague answers no more"),
    _for_good("api_token", "revoked_at", "a revoked token is never revived"),
    # Answers: the promise
    *_kept("answer", "id version_id+partner_id+sequence entry_id"),
    _frozen(
        "answer",
        "id version_id partner_id sequence digest verdict public_name public_note authority board_decided_on "
        "at request_id link_id removed_by entry_id mac",
    ),
    Guard(
        "answer_in_sequence",
        "answer",
        "INSERT",
        """NEW.sequence <> 1 + COALESCE((SELECT MAX(a.sequence) FROM answer a
            WHERE a.version_id = NEW.version_id AND a.partner_id = NEW.partner_id), 0)""",
        "answer: answers follow one another",
    ),
    Guard(
        "answer_not_before_last",
        "answer",
        "INSERT",
        """EXISTS (SELECT 1 FROM answer a WHERE a.version_id = NEW.version_id
            AND a.partner_id = NEW.partner_id AND a.at > NEW.at)""",
        "answer: time does not go backwards",
    ),
    Guard(
        "answer_ends_what_stands",
        "answer",
        "INSERT",
        f"""(NEW.verdict IN ('withdraw', 'remove') AND COALESCE({_LAST_VERDICT}, '') <> 'approve')
        OR (NEW.verdict = 'contest' AND COALESCE({_LAST_VERDICT}, '') NOT IN
            ('approve', 'decline', 'abstain', 'withdraw'))""",
        "answer: there is nothing that this could end",
    ),
    Guard(
        "answer_in_open_round",
        "answer",
        "INSERT",
        f"""NEW.verdict IN {_TO_A_ROUND} AND NOT EXISTS (SELECT 1 FROM round r
            WHERE r.version_id = NEW.version_id AND r.ended_at IS NULL
            AND NEW.at >= r.opened_at AND NEW.at <= r.deadline)""",
        "answer: the round takes no answers",
    ),
    Guard(
        "answer_to_standing_request",
        "answer",
        "INSERT",
        f"""NEW.verdict IN {_TO_A_ROUND} AND EXISTS (SELECT 1 FROM request q JOIN partner p ON p.id = q.partner_id
            WHERE q.id = NEW.request_id AND (q.dropped_at IS NOT NULL OR p.left_at IS NOT NULL))""",
        "answer: this partner is not asked any more",
    ),
    Guard(
        "answer_through_live_link",
        "answer",
        "INSERT",
        f"""NEW.link_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM link l JOIN contact c ON c.id = l.contact_id
            WHERE l.id = NEW.link_id AND l.revoked_at IS NULL AND c.removed_at IS NULL AND l.issued_at <= NEW.at
            AND (NEW.verdict NOT IN {_TO_A_ROUND}
                 OR (l.referred_at IS NULL AND c.may_answer = 1 AND c.answers_from <= NEW.at)))""",
        "answer: the link or its contact does not answer",
    ),
    Guard(
        "answer_after_contest_by_new_link",
        "answer",
        "INSERT",
        """NEW.verdict = 'approve' AND EXISTS (SELECT 1 FROM answer a JOIN link l ON l.id = NEW.link_id
            WHERE a.version_id = NEW.version_id AND a.partner_id = NEW.partner_id
            AND a.verdict = 'contest' AND l.issued_at <= a.at)""",
        "answer: after a contest only a link issued later approves",
    ),
    Guard(
        "answer_under_public_name",
        "answer",
        "INSERT",
        """NEW.verdict = 'approve' AND NOT EXISTS (SELECT 1 FROM partner_name n
            WHERE n.partner_id = NEW.partner_id AND n.name = NEW.public_name AND n.kind = 'public'
            AND n.accepted_at <= NEW.at AND (n.until IS NULL OR n.until > NEW.at))""",
        "answer: the name is not one of the partner's public names",
    ),
    Guard("person_not_deleted", "answer_person", "DELETE", "1 = 1", "answer_person: erase by setting to NULL"),
    Guard("person_not_truncated", "answer_person", "TRUNCATE", "", "answer_person: erase by setting to NULL"),
    Guard(
        "person_not_replaced",
        "answer_person",
        "INSERT",
        "EXISTS (SELECT 1 FROM answer_person was WHERE was.answer_id = NEW.answer_id)",
        "answer_person: such a row exists and is never replaced",
    ),
    Guard(
        "person_only_erased",
        "answer_person",
        "UPDATE",
        "NEW.answer_id <> OLD.answer_id OR "
        + " OR ".join(
            f"(NEW.{column} IS NOT NULL AND NEW.{column} {{differs}} OLD.{column})"
            for column in ("full_name", "job_title", "reason", "note", "salt")
        ),
        "answer_person: what was said is erased or kept, never changed",
    ),
    # Publications
    *_kept("publication", "id version_id position_id?ended_at"),
    _frozen("publication", "id position_id version_id published_by published_at"),
    Guard(
        "publication_needs_check",
        "publication",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM version_check done JOIN position p ON p.id = NEW.position_id
            WHERE done.version_id = NEW.version_id AND done.edition_id = p.edition_id)""",
        "publication: the check of this version is not completed",
    ),
    Guard(
        "publication_moves_forward",
        "publication",
        "INSERT",
        """EXISTS (SELECT 1 FROM publication p JOIN version v ON v.id = p.version_id
            JOIN version new_version ON new_version.id = NEW.version_id
            WHERE p.position_id = NEW.position_id AND v.number > new_version.number)""",
        "publication: a later version has been published",
    ),
    Guard(
        "publication_begins_live",
        "publication",
        "INSERT",
        "NEW.ended_at IS NOT NULL",
        "publication: it begins before it ends",
    ),
    Guard(
        "publication_of_standing_round",
        "publication",
        "INSERT",
        """EXISTS (SELECT 1 FROM round r WHERE r.version_id = NEW.version_id
            AND (r.ended_as IN ('recalled', 'replaced') OR r.minimum > (SELECT COUNT(*) FROM answer a
                WHERE a.version_id = NEW.version_id AND a.verdict = 'approve' AND NOT EXISTS (SELECT 1 FROM answer n
                    WHERE n.version_id = a.version_id AND n.partner_id = a.partner_id
                    AND n.sequence > a.sequence))))""",
        "publication: its round was taken back or has too few approvals",
    ),
    _for_good("publication", "ended_at", "an ended publication is never revived"),
    # Letters and the Coalition
    *_kept("letter", "id message_id"),
    _frozen("letter", "id kind contact_id user_id version_id link_id answer_id message_id queued_at"),
    *_kept("coalition", "id"),
    # The record
    *_kept("entry", "id"),
    _frozen("entry", "id kind at actor position_id body"),
)
