"""The guards of principles and checks: what was adopted stays; nothing is completed past a finding or by an author."""

from signoff.models.guard_kinds import AUTHOR, Guard, frozen, kept

CHECK_GUARDS: tuple[Guard, ...] = (
    # Principles
    *kept("principles_edition", "id number"),
    frozen("principles_edition", "id number adopted_on recorded_at vision mission preamble source"),
    *kept("criterion", "id edition_id+key edition_id+rank"),
    frozen("criterion", "id edition_id rank key kind name statement questions"),
    Guard(
        "criterion_before_use",
        "criterion",
        "INSERT",
        "EXISTS (SELECT 1 FROM position p WHERE p.edition_id = NEW.edition_id)",
        "criterion: an edition in use does not grow",
    ),
    *kept("word_list", "criterion_id"),
    frozen("word_list", "criterion_id"),
    *kept("edition_draft", "id edition_id"),
    frozen("edition_draft", "id started_by started_at"),
    Guard(
        "edition_draft_ended",
        "edition_draft",
        "UPDATE",
        "OLD.edition_id IS NOT NULL OR OLD.discarded_at IS NOT NULL",
        "edition_draft: what was adopted or discarded is not edited any more",
    ),
    # Checks
    Guard(
        "finding_before_publication",
        "finding",
        "INSERT",
        "EXISTS (SELECT 1 FROM publication p WHERE p.version_id = NEW.version_id)",
        "finding: the version was published with the check it has",
    ),
    Guard(
        "finding_of_its_edition",
        "finding",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM version v JOIN position p ON p.id = v.position_id
            JOIN criterion c ON c.edition_id = p.edition_id
            WHERE v.id = NEW.version_id AND c.id = NEW.criterion_id)""",
        "finding: the position is checked against another edition",
    ),
    Guard(
        "check_of_its_edition",
        "version_check",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM version v JOIN position p ON p.id = v.position_id
            WHERE v.id = NEW.version_id AND p.edition_id = NEW.edition_id)""",
        "version_check: the position is checked against another edition",
    ),
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
    Guard("finding_by_another", "finding", "INSERT", AUTHOR.format(column="found_by"), "finding: authors do not check"),
    Guard(
        "finding_by_another_again",
        "finding",
        "UPDATE",
        AUTHOR.format(column="found_by"),
        "finding: authors do not check",
    ),
    *kept("version_check", "id version_id+edition_id"),
    frozen("version_check", "id version_id edition_id digest completed_by completed_at"),
    Guard(
        "check_by_another",
        "version_check",
        "INSERT",
        AUTHOR.format(column="completed_by"),
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
)
