"""Whether a letter has become obsolete, judged at the moment of sending: events may have overtaken it.

What concerns one kind alone stands in the `load` of its letter.
"""

from signoff.domain.letters import CARRY_LINK, LetterKind
from signoff.letters.context import LetterContext, Obsolete
from signoff.models import Letter


def check_row(row: Letter) -> None:
    """Obsolete when the reader has left, or the link that the letter carries has ended."""
    if row.contact is not None and row.contact.removed_at is not None and row.address is None:
        raise Obsolete("The contact was removed.")
    if row.user is not None and row.user.deactivated_at is not None:
        raise Obsolete("The user was deactivated.")
    if row.link is not None and row.link.revoked_at is not None and LetterKind(row.kind) in CARRY_LINK:
        raise Obsolete("The link was re-issued.")
    if row.account_link is not None and row.account_link.ended_at is not None:
        raise Obsolete("The link was used, or a newer one was sent.")
    if row.subscription is not None and row.subscription.ended_at is not None:
        raise Obsolete("The subscription has ended.")
    if row.invitation is not None and row.invitation.revoked_at is not None:
        raise Obsolete("The invitation has ended.")


def check_question(context: LetterContext) -> None:
    """Obsolete when no one waits for the reader's answer anymore."""
    link, asked = context.row.link, context.round
    if asked.ended_at is not None or asked.deadline < context.at:
        raise Obsolete(f"The round {asked.ended_as or 'has passed its deadline'}.")
    if context.request.dropped_at is not None:
        raise Obsolete("The partner is no longer asked.")
    if link is not None and link.referred_at is not None:
        raise Obsolete("A colleague answers instead.")
    if not context.is_waited_for:
        raise Obsolete("The partner has answered.")
