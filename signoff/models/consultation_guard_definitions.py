"""What keeps comments, proposals and exemptions as they were said: settled once, erased at most."""

from signoff.models.guard_kinds import AUTHOR, Guard, for_good, frozen, kept, only_erased

CONSULTATION_GUARDS: tuple[Guard, ...] = (
    *kept("invitation", "id lookup version_id+contact_id?revoked_at"),
    frozen("invitation", "id version_id partner_id contact_id nonce lookup invited_by invited_at"),
    for_good("invitation", "revoked_at", "a revoked invitation is never revived"),
    *kept("comment", "id"),
    frozen("comment", "id version_id partner_id contact_id link_id invitation_id quote made_at"),
    only_erased("comment", "words salt"),
    for_good("comment", "settled_at", "what became of a comment is recorded once"),
    *kept("name_proposal", "id"),
    frozen("name_proposal", "id partner_id link_id name proposed_at"),
    for_good("name_proposal", "settled_at", "a proposal is settled once"),
    *kept("referral", "id"),
    frozen("referral", "id link_id request_id partner_id made_at"),
    only_erased("referral", "full_name email job_title"),
    for_good("referral", "settled_at", "a referral is settled once"),
    *kept("exemption", "id"),
    frozen("exemption", "id version_id partner_id passages reason recorded_by recorded_at"),
    Guard(
        "exemption_in_time",
        "exemption",
        "INSERT",
        """EXISTS (SELECT 1 FROM answer a WHERE a.version_id = NEW.version_id AND a.partner_id = NEW.partner_id
            AND a.verdict = 'approve')
        OR EXISTS (SELECT 1 FROM publication p WHERE p.version_id = NEW.version_id)""",
        "exemption: the partner has approved, or the version is published",
    ),
    Guard(
        "publication_by_another",
        "publication",
        "INSERT",
        """EXISTS (SELECT 1 FROM exemption e WHERE e.version_id = NEW.version_id
            AND e.recorded_by = NEW.published_by)""",
        "publication: who judged words like a partner's name does not publish them",
    ),
    Guard(
        "exemption_by_another",
        "exemption",
        "INSERT",
        AUTHOR.format(column="recorded_by"),
        "exemption: authors do not exempt their own words",
    ),
)
