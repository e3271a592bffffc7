"""Entries about rounds, comments and answers."""

from collections.abc import Mapping

from signoff.domain.answers.answers import Verdict
from signoff.domain.phrasing import sentence_for
from signoff.domain.positions.comments import OUTCOME_WORDS, CommentOutcome
from signoff.web.record_sentences.facts import Facts, Sentence, of_partners


def _round_extended(facts: Facts) -> str:
    version, added = facts["version"], len(facts["partners"])
    if facts["reopened"]:
        return sentence_for(
            added,
            "The round on version {version} was reopened, and one partner was added",
            "The round on version {version} was reopened, and {number} partners were added",
            none="The round on version {version} was reopened",
            version=version,
        )
    return sentence_for(
        added,
        "The round on version {version} was extended, and one partner was added",
        "The round on version {version} was extended, and {number} partners were added",
        none="The round on version {version} was extended",
        version=version,
    )


def _partners_reminded(facts: Facts) -> str:
    if facts["planned"]:
        return of_partners(
            facts,
            "One partner was reminded about version {version}, as planned",
            "{Number} partners were reminded about version {version}, as planned",
        )
    return of_partners(
        facts,
        "One partner was reminded about version {version}",
        "{Number} partners were reminded about version {version}",
    )


def _round_recalled(facts: Facts) -> str:
    return sentence_for(
        facts["approvals"],
        "The round on version {version} was recalled, and one approval became void: {reason}",
        "The round on version {version} was recalled, and {number} approvals became void: {reason}",
        none="The round on version {version} was recalled: {reason}",
        version=facts["version"],
        reason=facts["reason"],
    )


_ANSWERED = {
    Verdict.APPROVE: "{partner} approved version {version} as “{public_name}”",
    Verdict.DECLINE: "{partner} declined version {version}",
    Verdict.ABSTAIN: "{partner} abstained on version {version}",
    Verdict.WITHDRAW: "{partner} withdrew its approval of version {version}",
    Verdict.CONTEST: "{partner} contested the answer recorded for it on version {version}",
    Verdict.REMOVE: "The name of {partner} was removed from version {version}",
}


SENTENCES: Mapping[str, Sentence] = {
    "round_opened": lambda f: of_partners(
        f, "One partner was asked about version {version}", "{Number} partners were asked about version {version}"
    ),
    "round_extended": _round_extended,
    "round_shortened": lambda f: f"The round on version {f['version']} was given an earlier deadline",
    "round_recalled": _round_recalled,
    "partner_dropped": lambda f: f"{f['partner']} is no longer asked about version {f['version']}: {f['reason']}",
    "partners_reminded": _partners_reminded,
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
    "comments_invited": lambda f: of_partners(
        f,
        "One partner was invited to comment on version {version}",
        "{Number} partners were invited to comment on version {version}",
    ),
    "comment_made": lambda f: f"A contact of {f['partner']} commented on version {f['version']}",
    "comment_settled": lambda f: (
        f"A comment by {f['partner']} on version {f['version']}: {OUTCOME_WORDS[CommentOutcome(f['outcome'])]}"
    ),
    "round_closed": lambda f: sentence_for(
        f["waiting"],
        "The round on version {version} closed; one partner had not answered",
        "The round on version {version} closed; {number} partners had not answered",
        none="The round on version {version} closed; every partner had answered",
        version=f["version"],
    ),
    "round_replaced": lambda f: f"The round on version {f['version']} was replaced by version {f['by_version']}",
    "partner_answered": lambda f: _ANSWERED[Verdict(f["verdict"])].format_map(f),
    "name_removed": lambda f: f"The name of {f['partner']} was removed from version {f['version']}",
}
