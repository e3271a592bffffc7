"""Entries about rounds, comments and answers."""

from collections.abc import Mapping

from signoff.domain.answers.answers import VERDICT_WORDS, Verdict
from signoff.domain.phrasing import counted, sentence_for
from signoff.domain.positions.comments import OUTCOME_WORDS, CommentOutcome
from signoff.web.record_sentences.facts import Facts, Sentence, partners_in


def _round_extended(facts: Facts) -> str:
    said = (
        f"The round on version {facts['version']} was reopened"
        if facts["reopened"]
        else f"The round on version {facts['version']} was extended"
    )
    added = len(facts["partners"])
    return said + (sentence_for(added, ", one partner added", ", {number} partners added") if added else "")


def _partner_answered(facts: Facts) -> str:
    said = f"{facts['partner']} {VERDICT_WORDS[Verdict(facts['verdict'])]} version {facts['version']}"
    return f"{said} as “{facts['public_name']}”" if facts["public_name"] else said


SENTENCES: Mapping[str, Sentence] = {
    "round_opened": lambda f: f"{partners_in(f)} asked about version {f['version']}",
    "round_extended": _round_extended,
    "round_shortened": lambda f: f"The round on version {f['version']} was given an earlier deadline",
    "round_recalled": lambda f: (
        f"The round on version {f['version']} was recalled, {counted(f['approvals'], 'approval')} void: {f['reason']}"
    ),
    "partner_dropped": lambda f: f"{f['partner']} is no longer asked about version {f['version']}: {f['reason']}",
    "partners_reminded": lambda f: (
        f"{partners_in(f)} reminded about version {f['version']}, as planned"
        if f["planned"]
        else f"{partners_in(f)} reminded about version {f['version']}"
    ),
    "request_referred": lambda f: (
        f"A contact of {f['partner']} named a colleague to answer about version {f['version']}"
        if f["colleague"]
        else f"A contact of {f['partner']} named a colleague to answer about version {f['version']}, to be accepted"
    ),
    "referral_settled": lambda f: (
        f"A colleague for {f['partner']} on version {f['version']} was accepted"
        if f["accepted"]
        else f"A colleague for {f['partner']} on version {f['version']} was not accepted"
    ),
    "referral_taken_back": lambda f: (
        f"A contact of {f['partner']} took back the colleague named to answer about version {f['version']}"
    ),
    "contact_stepped_back": lambda f: f"A contact of {f['partner']} asked to receive no more emails",
    "step_back_settled": lambda f: f"The request of a contact of {f['partner']} to receive no more emails was settled",
    "link_reissued": lambda f: f"A new link to version {f['version']} was emailed to a contact of {f['partner']}",
    "confirmation_asked": lambda f: (
        f"A contact of {f['partner']} replied by email and was asked to confirm by link about version {f['version']}"
    ),
    "comments_invited": lambda f: f"{partners_in(f)} invited to comment on version {f['version']}",
    "comment_made": lambda f: f"A contact of {f['partner']} commented on version {f['version']}",
    "comment_settled": lambda f: (
        f"A comment of {f['partner']} on version {f['version']}: {OUTCOME_WORDS[CommentOutcome(f['outcome'])]}"
    ),
    "round_closed": lambda f: (
        f"The round on version {f['version']} closed, {counted(f['waiting'], 'partner')} without an answer"
    ),
    "round_replaced": lambda f: f"The round on version {f['version']} was replaced by version {f['by_version']}",
    "partner_answered": _partner_answered,
    "name_removed": lambda f: f"The name of {f['partner']} was removed from version {f['version']}",
}
