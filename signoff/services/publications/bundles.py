"""The bundle of a published position: what its page says, with the proof of each part; made again at each request."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from signoff.domain.errors import NotSealedYet
from signoff.domain.positions.text import canonical
from signoff.domain.time import rfc3339
from signoff.evidence.bundles import FORMAT
from signoff.evidence.checkpoints import Proof
from signoff.evidence.codes import SealingKeys
from signoff.evidence.leaves import leaf_of, shown
from signoff.evidence.notes import NotANote, Verifier
from signoff.models import Answer, Entry, Publication, Version
from signoff.services.positions.checks import ShownCheck, finding_facts, shown_check
from signoff.services.publications.public_queries import signatories
from signoff.services.record.sealing import latest_checkpoint, proofs_of

_ABOUT = ("kind", "at", "facts.position", "facts.version", "facts.digest")
# What is shown of an approval: no more than the page says. Its number among the partner's answers, who signed, and
# on what authority stay sealed and hidden.
_OF_APPROVAL = (*_ABOUT, "facts.partner", "facts.verdict", "facts.public_name", "facts.public_note")
_OF_CHECK = (*_ABOUT, "facts.edition", "facts.findings")


def _of_check(entry: Entry) -> tuple[str, ...]:
    # Older checks were recorded without their reasons.
    return (*_OF_CHECK, "facts.reasons") if "reasons" in json.loads(entry.body)["facts"] else _OF_CHECK


def bundle_of(session: Session, publication: Publication, *, keys: SealingKeys) -> dict[str, Any]:
    """The bundle of a live publication with the partners that stand behind it now.

    NotSealedYet while one of its entries waits to be sealed, a minute at most where the worker runs.
    """
    version, checked = publication.version, shown_check(session, publication.version)
    named = signatories(session, publication)
    published = _entry(session, version, "position_published")
    check = _entry(session, version, "check_completed", edition=checked.check.edition.number if checked.check else 0)
    approvals = dict(
        session.execute(
            select(Answer.id, Entry)
            .join(Entry, Entry.id == Answer.entry_id)
            .where(Answer.id.in_([row["answer_id"] for row in named]))
        ).all()
    )
    checkpoint = latest_checkpoint(session)
    if checkpoint is None:
        raise NotSealedYet
    wanted = [published, check, *approvals.values()]
    proofs = proofs_of(session, checkpoint, [entry.id for entry in wanted])
    return {
        "format": FORMAT,
        "position": publication.position.slug,
        "title": version.title,
        "version": version.number,
        "digest": version.digest,
        "text": canonical(version.wording).decode(),
        "public_key": str(_signed_by(checkpoint.note, keys)),
        "publication": {
            "published_at": rfc3339(publication.published_at),
            "evidence": _evidence(published, _ABOUT, proofs),
        },
        "check": {**_check_facts(checked), "evidence": _evidence(check, _of_address(check, _of_check(check)), proofs)},
        "signatories": [_signatory(row, approvals[row["answer_id"]], proofs) for row in named],
    }


def _signatory(row: RowMapping, approval: Entry, proofs: Mapping[int, Proof]) -> dict[str, Any]:
    return {
        "partner": row["partner"],
        "name": row["public_name"],
        "note": row["public_note"],
        "approved_at": rfc3339(row["approved_at"]),
        "evidence": _evidence(approval, _of_address(approval, _OF_APPROVAL), proofs),
    }


def _signed_by(note: str, keys: SealingKeys) -> Verifier:
    # After a change of keys or address the newest head may still bear the signature of the one before.
    for signer in keys.signers(note.partition("\n")[0]):
        with suppress(NotANote):
            signer.verifier.opened(note)
            return signer.verifier
    raise NotSealedYet


def _check_facts(checked: ShownCheck) -> dict[str, Any]:
    assert checked.check is not None, "nothing is published without a completed check"
    return {
        "edition": checked.check.edition.number,
        "adopted_on": checked.check.edition.adopted_on.isoformat(),
        "completed_at": rfc3339(checked.check.completed_at),
        "by": "reviewer",
        "findings": [finding_facts(finding) for finding in checked.findings],
    }


def _entry(session: Session, version: Version, kind: str, **facts: Any) -> Entry:
    wanted = {"version": version.number, **facts}
    entries = session.scalars(select(Entry).where(Entry.position_id == version.position_id, Entry.kind == kind))
    for entry in entries:
        said = json.loads(entry.body)["facts"]
        if all(said[name] == value for name, value in wanted.items()):
            return entry
    raise AssertionError(f"a published version has its entry {kind}")


def _of_address(entry: Entry, names: tuple[str, ...]) -> tuple[str, ...]:
    # What was recorded while the position had another address does not show it: it may name somebody.
    facts, is_now = json.loads(entry.body)["facts"], entry.position.slug if entry.position else ""
    return names if facts["position"] == is_now else tuple(name for name in names if name != "facts.position")


def _evidence(entry: Entry, names: tuple[str, ...], proofs: Mapping[int, Proof]) -> dict[str, Any]:
    if entry.id not in proofs:
        raise NotSealedYet
    return {
        "leaf": leaf_of(entry.body).decode(),
        "shown": shown(entry.body, names),
        "proof": str(proofs[entry.id]),
    }
