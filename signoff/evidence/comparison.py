"""A partner's proof beside a bundle: whether the list contradicts what the partner can prove that it said."""

from dataclasses import dataclass
from enum import StrEnum

from signoff.evidence.partner_proofs import ProofVerdict
from signoff.evidence.position_bundles import BundleVerdict, Signatory
from signoff.evidence.shapes import read_moment


class Outcome(StrEnum):
    """How a list and a partner's proof go together."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    QUESTION = "question"  # one more proof, which the operator has to have, decides it
    UNRELATED = "unrelated"  # another text, another log, or a list from before the answer


@dataclass(frozen=True)
class Comparison:
    """The outcome, and the sentence that says why."""

    outcome: Outcome
    sentence: str


def compare(proof: ProofVerdict, bundle: BundleVerdict) -> Comparison:
    """Whether a verified list contradicts a verified answer of a partner.

    Only a list under the same head as the answer, or a later one, can. That both heads belong to one log is taken from
    their signatures and sizes; a consistency proof between them shows it.
    """
    if proof.anchor.keys[0] != bundle.anchor.keys[0]:
        return Comparison(Outcome.UNRELATED, "The two files are from different logs.")
    if _are_forked(proof, bundle):
        return Comparison(Outcome.CONTRADICTS, "The log was forked: the heads of the two files cannot be of one log.")
    if (proof.position, proof.version) != (bundle.position, bundle.version):
        return Comparison(Outcome.UNRELATED, "The two files are about different versions or positions.")
    if proof.digest != bundle.digest:
        return Comparison(Outcome.CONTRADICTS, "The published text is not the text that the partner answered about.")
    if bundle.anchor.head.size < proof.anchor.head.size:
        return Comparison(Outcome.UNRELATED, "The list is from before the answer, so it says nothing about it.")
    named = next((one for one in bundle.signatories if one.partner == proof.partner), None)
    return _after_approval(proof, named) if proof.verdict == "approve" else _after_refusal(proof, named)


def _are_forked(proof: ProofVerdict, bundle: BundleVerdict) -> bool:
    # In one log, larger heads are later, and one size has one root and one time.
    ours, theirs = proof.anchor, bundle.anchor
    if ours.head.size == theirs.head.size:
        return ours.head.root != theirs.head.root
    smaller, larger = sorted((ours, theirs), key=lambda anchor: anchor.head.size)
    return smaller.time >= larger.time


def _after_refusal(proof: ProofVerdict, named: Signatory | None) -> Comparison:
    if named is None:
        return Comparison(Outcome.AGREES, "The list does not name the partner.")
    if read_moment(named.approved_at) <= proof.at:
        return Comparison(Outcome.CONTRADICTS, "The list names the partner by an approval that no longer counted.")
    return Comparison(Outcome.QUESTION, f"The list names a later approval, of {named.approved_at}. Ask for its proof.")


def _after_approval(proof: ProofVerdict, named: Signatory | None) -> Comparison:
    if named is None:
        return Comparison(
            Outcome.QUESTION, "The list does not name the partner. Ask for the proof of what ended the approval."
        )
    approved_at = read_moment(named.approved_at)
    if approved_at > proof.at:
        return Comparison(
            Outcome.QUESTION, f"The list names a later approval, of {named.approved_at}. Ask for its proof."
        )
    if approved_at < proof.at or (named.name, named.note) != (proof.public_name, proof.public_note):
        return Comparison(Outcome.CONTRADICTS, "The list names the partner otherwise than the partner approved.")
    return Comparison(Outcome.AGREES, "The list names the partner as it approved.")
