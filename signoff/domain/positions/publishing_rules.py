"""What has to be true before sending and before publishing: each rule returns every reason against it, or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from signoff.domain.errors import Reason
from signoff.domain.partners.mentions import Passage
from signoff.domain.phrasing import counted, sentence_for


@dataclass(frozen=True)
class AskedPartner:
    """A partner chosen for a round: its slug and name, whether it has left, and whether a contact may answer.

    `merged_into` names the partner that a double was merged into.
    """

    partner: str
    name: str
    has_left: bool
    has_contact: bool
    merged_into: str = ""


@dataclass(frozen=True)
class VersionFacts:
    """What the gates know of a version."""

    number: int
    check_missing: Sequence[Reason] = ()
    check_completed: bool = False
    later_version_asked: bool = False
    later_version_published: bool = False
    ended_publication: bool = False
    round_recalled: bool = False
    round_replaced: bool = False


@dataclass(frozen=True)
class NamingNote:
    """A public note that names a partner other than its author: whose it is, and the passage."""

    author: str
    author_slug: str
    passage: Passage


@dataclass(frozen=True)
class SendFacts:
    """What a round would be: the version, the partners, the deadline, and the Coalition's own facts."""

    version: VersionFacts
    reply_to: str
    asked: Sequence[AskedPartner] | None = None
    deadline: datetime | None = None
    already_asked: int = 0


@dataclass(frozen=True)
class PublishFacts:
    """What a publication would say: the version, its approvals, the round's minimum, and the names in its text."""

    version: VersionFacts
    approvals: int
    minimum: int = 0
    named_without_approval: Sequence[Passage] = field(default_factory=tuple)
    in_ordinary_spelling: Sequence[Passage] = field(default_factory=tuple)
    named_in_notes: Sequence[NamingNote] = field(default_factory=tuple)


def missing_to_send(facts: SendFacts, *, at: datetime) -> list[Reason]:
    """All that keeps a version from being sent to partners; partners and deadline count once they are chosen."""
    reasons = _check_reasons(facts.version) + _past_reasons(facts.version)
    if facts.version.later_version_asked:
        reasons.append(Reason("later_asked", "A later version of this position has been sent to partners already."))
    if not facts.reply_to:
        reasons.append(Reason("reply_to", "The Coalition's address for replies is not set.", "coalition"))
    if facts.deadline is not None and facts.deadline <= at:
        reasons.append(Reason("deadline", "The deadline is in the past.", "deadline"))
    if facts.asked is not None:
        reasons += _asked_reasons(facts.asked, facts.already_asked)
    return reasons


def _asked_reasons(asked: Sequence[AskedPartner], already_asked: int) -> list[Reason]:
    reasons = []
    if not asked and not already_asked:
        reasons.append(Reason("nobody", "No partner is selected.", "partners"))
    for partner in asked:
        if partner.has_left:
            reasons.append(Reason("left", f"{partner.name} has left the Coalition.", partner.partner))
        elif partner.merged_into:
            said = f"{partner.name} was merged into {partner.merged_into}. Ask that partner instead."
            reasons.append(Reason("merged", said, partner.partner))
        elif not partner.has_contact:
            reasons.append(Reason("contact", f"{partner.name} has no contact who may answer.", partner.partner))
    return reasons


def missing_to_publish(facts: PublishFacts) -> list[Reason]:
    """All that keeps a version from being published."""
    reasons = _check_reasons(facts.version) + _past_reasons(facts.version)
    if facts.approvals < facts.minimum:
        reasons.append(
            Reason(
                "minimum",
                sentence_for(
                    facts.approvals,
                    "The round asks for {least} at least; there is one approval.",
                    "The round asks for {least} at least; there are {number} approvals.",
                    least=counted(facts.minimum, "approval"),
                ),
            )
        )
    reasons += naming_reasons(facts.named_without_approval) + note_reasons(facts.named_in_notes)
    # The reviewer who completes the check looks at them; until then they are part of it.
    return reasons + (ordinary_reasons(facts.in_ordinary_spelling) if facts.version.check_completed else [])


def naming_reasons(passages: Sequence[Passage]) -> list[Reason]:
    """A reason for each passage that names a partner whose approval does not stand."""
    return [
        Reason(
            "named",
            f"The text names “{passage.name}”, which has not approved this version: “{passage.words}”",
            passage.partner,
        )
        for passage in passages
    ]


def note_reasons(notes: Sequence[NamingNote]) -> list[Reason]:
    """A reason for each public note that names another partner, and what can be done about it."""
    return [
        Reason(
            "named_in_note",
            f"The public note of {note.author} names “{note.passage.name}”, which can be named only with its own "
            f"approval: “{note.passage.words}”. {note.author} can answer again without it while the round is open, or "
            f"a publisher can remove the name of {note.author} from this version.",
            note.author_slug,
        )
        for note in notes
    ]


def ordinary_reasons(passages: Sequence[Passage]) -> list[Reason]:
    """One reason for all passages that hold a partner's name in the spelling of ordinary words."""
    if not passages:
        return []
    first, verb = passages[0], "spells" if len(passages) == 1 else "spell"
    return [
        Reason(
            "ordinary",
            f"{counted(len(passages), 'passage').capitalize()} {verb} a partner's name in ordinary words, such as "
            f"“{first.name}” in “{first.words}”. A reviewer must look at the list once.",
        )
    ]


def count_reasons(places: Sequence[str]) -> list[Reason]:
    """What is asked about numbers of signatories that were typed into a text."""
    return [
        Reason(
            "count",
            f"The text says “{place}”, and the number of signatories may be different when it is read. "
            "Write {{signatory_count}} instead, or publish it as it is if this number means something else.",
        )
        for place in places
    ]


def _check_reasons(version: VersionFacts) -> list[Reason]:
    if version.check_completed:
        return []
    return [
        *version.check_missing,
        Reason("check", f"The check of version {version.number} is not completed.", "check"),
    ]


def _past_reasons(version: VersionFacts) -> list[Reason]:
    reasons = []
    if version.ended_publication:
        reasons.append(Reason("ended", f"Version {version.number} was published and is no longer public."))
    if version.later_version_published:
        reasons.append(Reason("later_published", "A later version of this position has been published."))
    if version.round_recalled:
        reasons.append(Reason("recalled", f"The round on version {version.number} was recalled."))
    if version.round_replaced:
        reasons.append(Reason("replaced", f"The round on version {version.number} was replaced by a later one."))
    return reasons
