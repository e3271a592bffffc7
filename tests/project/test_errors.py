"""Every refusal has its status; every record kind its sentence; every state its word."""

from signoff.domain.answers.answers import Verdict
from signoff.domain.errors import Refusal
from signoff.domain.letters import LetterState
from signoff.domain.positions.status import RequestStatus, RoundEnd, VersionState
from signoff.domain.principles.principles import Finding
from signoff.domain.record import KINDS
from signoff.web.error_page import title_of
from signoff.web.errors import STATUS
from signoff.web.record_sentences import SENTENCES
from signoff.web.states import STATES


def all_refusals(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    return {kind} | {deeper for direct in kind.__subclasses__() for deeper in all_refusals(direct)}


def test_no_refusal_lacks_a_status() -> None:
    assert set(STATUS) == all_refusals() - {Refusal}
    for status in STATUS.values():
        assert title_of(status) != "This did not work"


def test_everything_that_is_shown_has_a_word() -> None:
    for words in (VersionState, RequestStatus, RoundEnd, LetterState, Finding):
        missing = {str(word) for word in words} - set(STATES) - {"superseded"}
        assert missing == set()
    assert set(SENTENCES) == set(KINDS)
    assert len(Verdict) == 6
