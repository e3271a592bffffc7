"""One part of a large round, asked within a request that asks one after the other."""

from signoff.services.rounds.large_rounds import LargeRound, Part, ask_part
from signoff.services.rounds.rounds import AskResult
from signoff.web.access import admit_again
from signoff.web.installation import current_act, db, note_committed

_SOME_ASKED = "Some of the partners have already been asked. They will not be asked twice if you send this again."


def ask_part_and_commit(planned: LargeRound, part: Part) -> AskResult:
    """Ask one part in this request's writing session, which has done nothing else, and commit.

    Refuses as `ask_part` does, and with NotAllowed who may no longer ask.
    """
    admit_again()
    result = ask_part(current_act(), planned, part)
    db().commit()
    note_committed(_SOME_ASKED)
    return result
