"""What keys and CHECKs cannot say, written once for both databases.

Each guard is one condition that must never become true, with the sentence it refuses with; models/guards.py
lays it as a trigger. `{differs}` stands for the null-safe "is not".
"""

from signoff.domain.letters import STEPS
from signoff.domain.text import FIELD_NAMES
from signoff.models.account_guard_definitions import ACCOUNT_GUARDS
from signoff.models.answer_guard_definitions import ANSWER_GUARDS
from signoff.models.check_guard_definitions import CHECK_GUARDS
from signoff.models.consultation_guard_definitions import CONSULTATION_GUARDS
from signoff.models.guard_kinds import Guard, for_good, frozen, kept

# A published version keeps the check it was published with, whatever edition its position is under now.
_UNCHECKED = """NOT EXISTS (SELECT 1 FROM version_check done JOIN position p ON p.id = NEW.position_id
    WHERE done.version_id = NEW.version_id AND done.edition_id = p.edition_id)
    AND NOT EXISTS (SELECT 1 FROM publication made WHERE made.version_id = NEW.version_id)"""

_KNOWN_STEPS = " OR ".join(
    f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, allowed in STEPS.items() for new in sorted(allowed)
)

GUARDS: tuple[Guard, ...] = (
    # Versions
    *kept("version", "id position_id+number"),
    frozen(
        "version",
        f"id position_id number {' '.join(FIELD_NAMES)} digest change_note saved_by saved_at",
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
    *kept("position", "id slug"),
    frozen("position", "id slug started_by started_at"),
    Guard(
        "position_edition_forward",
        "position",
        "UPDATE",
        """NEW.edition_id <> OLD.edition_id AND NOT EXISTS (SELECT 1 FROM principles_edition was
            JOIN principles_edition now ON now.number > was.number
            WHERE was.id = OLD.edition_id AND now.id = NEW.edition_id)""",
        "position: it moves to a newer principles edition only",
    ),
    Guard(
        "position_edition_not_while_asking",
        "position",
        "UPDATE",
        """NEW.edition_id <> OLD.edition_id AND EXISTS (SELECT 1 FROM round r WHERE r.position_id = NEW.id
            AND r.ended_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.version_id = r.version_id))""",
        "position: partners are being asked beside the check of the present edition",
    ),
    *CHECK_GUARDS,
    # Partners and contacts
    *kept("partner", "id slug"),
    frozen("partner", "id slug joined_at"),
    Guard(
        "partner_returns_without_approvals",
        "partner",
        "UPDATE",
        """OLD.left_at IS NOT NULL AND NEW.left_at {differs} OLD.left_at AND EXISTS (SELECT 1 FROM answer a
            WHERE a.partner_id = OLD.id AND a.verdict = 'approve' AND a.at <= OLD.left_at
            AND NOT EXISTS (SELECT 1 FROM answer later WHERE later.version_id = a.version_id
                AND later.partner_id = a.partner_id AND later.sequence > a.sequence)
            AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.version_id = a.version_id
                AND p.published_at <= OLD.left_at))""",
        "partner: what it approved before it left does not come back with it",
    ),
    *kept("partner_name", "id partner_id+name key?until"),
    Guard(
        "partner_name_of_nobody_else",
        "partner_name",
        "INSERT",
        "EXISTS (SELECT 1 FROM partner_name other WHERE other.key = NEW.key AND other.partner_id <> NEW.partner_id)",
        "partner_name: this is, or was, the name of another partner",
    ),
    frozen("partner_name", "id partner_id name key accepted_at"),
    Guard(
        "partner_name_becomes_public",
        "partner_name",
        "UPDATE",
        "NEW.kind <> OLD.kind AND NOT (OLD.kind = 'alias' AND NEW.kind = 'public')",
        "partner_name: an alias may become a public name, a public name stays one",
    ),
    for_good("partner_name", "until", "a name that is over is never revived"),
    *kept("contact", "id partner_id+email?removed_at"),
    for_good("contact", "removed_at", "a removed contact is never revived"),
    frozen("contact", "id partner_id added_at"),
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
    Guard(
        "contact_waits_after_change",
        "contact",
        "UPDATE",
        """NEW.email {differs} OLD.email AND (NEW.address_changed_at IS NULL OR NEW.confirmed_by IS NOT NULL
        OR NOT (NEW.address_changed_at {differs} OLD.address_changed_at)
        OR NEW.answers_from <= NEW.address_changed_at)""",
        "contact: a new address does not answer at once",
    ),
    Guard(
        "contact_may_answer_later",
        "contact",
        "UPDATE",
        """NEW.may_answer > OLD.may_answer AND (NEW.address_changed_at IS NULL
        OR NOT (NEW.address_changed_at {differs} OLD.address_changed_at)
        OR (NEW.answers_from <= NEW.address_changed_at AND (NEW.confirmed_by IS NULL
            OR NOT (NEW.confirmed_by {differs} NEW.address_changed_by))))""",
        "contact: a new right to answer waits, or somebody else confirmed it",
    ),
    Guard(
        "contact_confirmed_by_another",
        "contact",
        "UPDATE",
        """NEW.answers_from < OLD.answers_from
        AND (NEW.confirmed_by IS NULL OR NOT (NEW.confirmed_by {differs} NEW.address_changed_by))""",
        "contact: only a second staff member lets a new address answer sooner",
    ),
    # Rounds
    *kept("round", "id version_id position_id?ended_at"),
    frozen("round", "id position_id version_id minimum message reminder_days opened_by opened_at"),
    Guard(
        "round_needs_check",
        "round",
        "INSERT",
        _UNCHECKED,
        "round: the check of this version is not completed",
    ),
    Guard(
        "round_reopens_with_check",
        "round",
        "UPDATE",
        f"(NEW.ended_at IS NULL AND OLD.ended_at IS NOT NULL OR NEW.deadline > OLD.deadline) AND {_UNCHECKED}",
        "round: the check of this version does not count any more",
    ),
    Guard(
        "round_ended_for_good",
        "round",
        "UPDATE",
        """OLD.ended_as IN ('recalled', 'replaced')
        AND (NEW.ended_as {differs} OLD.ended_as OR NEW.ended_at {differs} OLD.ended_at)""",
        "round: a recalled or replaced round is never reopened",
    ),
    *kept("request", "id version_id+partner_id"),
    frozen("request", "id version_id partner_id added_at"),
    *kept("link", "id lookup request_id+contact_id?revoked_at"),
    frozen("link", "id request_id partner_id contact_id nonce lookup issued_at"),
    for_good("link", "revoked_at", "a revoked link is never revived"),
    for_good("link", "referred_at", "a link that named a colleague answers no more"),
    Guard(
        "link_of_referrer_reads_only",
        "link",
        "INSERT",
        """NEW.referred_at IS NULL AND EXISTS (SELECT 1 FROM link was WHERE was.request_id = NEW.request_id
            AND was.contact_id = NEW.contact_id AND was.referred_at IS NOT NULL)""",
        "link: who named a colleague answers no more, through a fresh link either",
    ),
    *CONSULTATION_GUARDS,
    *ACCOUNT_GUARDS,
    *ANSWER_GUARDS,
    # Publications
    *kept("publication", "id version_id position_id?ended_at"),
    frozen("publication", "id position_id version_id published_by published_at"),
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
    for_good("publication", "ended_at", "an ended publication is never revived"),
    # Letters and the Coalition
    *kept("letter", "id message_id"),
    frozen(
        "letter",
        "id kind contact_id user_id version_id link_id invitation_id answer_id comment_id referral_id proposal_id "
        "changed_contact_id token_id account_link_id account_news message_id queued_at",
    ),
    Guard(
        "letter_known_steps",
        "letter",
        "UPDATE",
        f"NEW.state <> OLD.state AND NOT ({_KNOWN_STEPS})",
        "letter: what was sent is not sent again",
    ),
    *kept("coalition", "id"),
    # The record
    *kept("entry", "id"),
    frozen("entry", "id kind at actor position_id body"),
    *kept("leaf", "number entry_id"),
    frozen("leaf", "number entry_id hash"),
    Guard(
        "leaf_in_sequence",
        "leaf",
        "INSERT",
        "NEW.number <> 1 + COALESCE((SELECT MAX(l.number) FROM leaf l), -1)",
        "leaf: places in the record follow one another",
    ),
    *kept("checkpoint", "id size"),
    frozen("checkpoint", "id size root frontier note signed_at"),
    Guard(
        "checkpoint_of_what_is_sealed",
        "checkpoint",
        "INSERT",
        """NEW.size <> 1 + COALESCE((SELECT MAX(l.number) FROM leaf l), -1)
        OR EXISTS (SELECT 1 FROM checkpoint c WHERE c.size >= NEW.size)""",
        "checkpoint: it heads every leaf there is, and more than the one before",
    ),
)
