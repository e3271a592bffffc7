"""The promise, as far as keys and CHECKs cannot say it: what an answer must be, and that it is never changed."""

from signoff.models.guard_kinds import Guard, frozen, kept, only_erased

_LAST_VERDICT = """(SELECT last.verdict FROM answer last
    WHERE last.version_id = NEW.version_id AND last.partner_id = NEW.partner_id
    ORDER BY last.sequence DESC LIMIT 1)"""
_TO_A_ROUND = "('approve', 'decline', 'abstain')"

ANSWER_GUARDS: tuple[Guard, ...] = (
    *kept("answer", "id version_id+partner_id+sequence entry_id"),
    frozen(
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
    frozen("answer_person", "answer_id"),
    only_erased("answer_person", "full_name job_title reason note salt"),
)
