"""The views as tables that can be selected from; each is read here and written nowhere."""

from dataclasses import dataclass

from sqlalchemy import MetaData

# A metadata of their own: no migration and no create_all may take a view for a table.
VIEW_METADATA = MetaData()


@dataclass(frozen=True)
class View:
    """A view of the database: its name and the query behind it."""

    name: str
    select: str


# That a later answer is no first one goes without saying; said, it lets a small index of those find it.
_NO_LATER = """NOT EXISTS (SELECT 1 FROM answer later WHERE later.version_id = a.version_id
    AND later.partner_id = a.partner_id AND later.sequence > a.sequence AND later.sequence > 1)"""

VIEWS: tuple[View, ...] = (
    View(
        "approval",
        f"""SELECT a.id AS answer_id, a.version_id, a.partner_id, a.public_name, a.order_key, a.public_note, a.at
        FROM answer a WHERE a.verdict = 'approve' AND {_NO_LATER}""",
    ),
    View(
        "signatory",
        """SELECT p.id AS publication_id, p.position_id, p.version_id, s.partner_id, s.answer_id,
            s.public_name, s.order_key, s.public_note, s.at AS approved_at, o.slug AS partner, o.level, o.website,
            o.left_at
        FROM publication p JOIN approval s ON s.version_id = p.version_id
        JOIN partner o ON o.id = s.partner_id
        WHERE p.ended_at IS NULL AND (o.left_at IS NULL OR o.left_at >= p.published_at)""",
    ),
    View(
        "listing",
        """SELECT p.id AS publication_id, a.id AS answer_id, a.partner_id, a.public_name,
            CASE WHEN a.at > p.published_at THEN a.at ELSE p.published_at END AS listed_from,
            CASE WHEN n.at IS NOT NULL AND (p.ended_at IS NULL OR n.at < p.ended_at) THEN n.at
                 ELSE p.ended_at END AS listed_until,
            n.verdict AS ended_by
        FROM publication p JOIN answer a ON a.version_id = p.version_id AND a.verdict = 'approve'
        JOIN partner o ON o.id = a.partner_id AND (o.left_at IS NULL OR o.left_at >= p.published_at)
        LEFT JOIN answer n ON n.version_id = a.version_id AND n.partner_id = a.partner_id
            AND n.sequence = a.sequence + 1 AND n.sequence > 1
        WHERE (n.at IS NULL OR n.at > p.published_at) AND (p.ended_at IS NULL OR a.at < p.ended_at)""",
    ),
    View(
        "request_state",
        """SELECT q.id AS request_id, q.version_id, q.partner_id, a.id AS answer_id, a.at AS answered_at,
            CASE
                WHEN a.verdict = 'approve' THEN 'approved'
                WHEN a.verdict = 'decline' THEN 'declined'
                WHEN a.verdict = 'abstain' THEN 'abstained'
                WHEN a.verdict = 'withdraw' THEN 'withdrawn'
                WHEN a.verdict = 'contest' THEN 'contested'
                WHEN a.verdict = 'remove' AND a.at >= q.asked_at THEN 'removed'
                WHEN q.dropped_at IS NOT NULL THEN 'dropped'
                WHEN r.ended_as = 'replaced' THEN 'superseded'
                WHEN r.ended_as = 'recalled' THEN 'recalled'
                WHEN r.ended_as = 'closed' THEN 'unanswered'
                ELSE 'waiting'
            END AS status
        FROM request q JOIN round r ON r.version_id = q.version_id
        LEFT JOIN answer a ON a.version_id = q.version_id AND a.partner_id = q.partner_id
            AND NOT EXISTS (SELECT 1 FROM answer later WHERE later.version_id = a.version_id
                AND later.partner_id = a.partner_id AND later.sequence > a.sequence)""",
    ),
)
