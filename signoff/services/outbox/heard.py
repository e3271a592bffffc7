"""Who has heard of the question about a version: no one is told that something ended of which they never heard."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_

from signoff.domain.letters import ASKING, LetterKind, LetterState
from signoff.models import Letter

# A letter of these kinds does not leave any more once nothing is asked.
_ASK = ASKING | {LetterKind.REFERRED}
_TELL = (
    LetterKind.FRESH_LINK,
    LetterKind.CONFIRM,
    LetterKind.RECEIPT,
    LetterKind.WITHDRAWN,
    LetterKind.CONTESTED,
    LetterKind.PUBLISHED,
    LetterKind.NAME_SETTLED,
)
_LEFT = (LetterState.SENDING, LetterState.SENT)


def has_told(*, besides: Collection[int] = ()) -> ColumnElement[bool]:
    """Whether a letter has told its contact that their organization is asked about a version, or still will.

    `besides` are the letters that are about to be written; those of them that ask have not left.
    """
    return or_(
        and_(Letter.kind.in_(_ASK), Letter.state.in_(_LEFT), Letter.id.not_in(besides)),
        and_(Letter.kind.in_(_TELL), Letter.state.in_((LetterState.QUEUED, *_LEFT))),
    )
