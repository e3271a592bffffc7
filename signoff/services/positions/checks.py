"""The check of a version: findings put by a reviewer, and its completion by a named person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotFound, Reason
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.domain.positions.text import texts_of
from signoff.domain.principles.principles import CriterionName, finding_problems, missing_for_check, quotes_gone
from signoff.domain.text_input import clean_line, clean_text
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import Criterion, FindingRow, PrinciplesEdition, Publication, StaffUser, Version, VersionCheck
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_position
from signoff.services.positions.reviewers import release_reviewer
from signoff.services.record.record import record


def put_finding(
    act: ActContext, version: Version, key: str, *, verdict: str, rationale: str, quotes: Sequence[str]
) -> FindingRow:
    """Record a reviewer's finding for one criterion, in place of an earlier one.

    Refuses with NotAllowed an author of the position, NotFound an unknown criterion, Conflict once the check
    is completed, Invalid an unknown verdict, a missing reason or a quote that is not in the text.
    """
    ensure_reviewer(act.session, version, act.by)
    criterion = _criterion(version, key)
    rationale = clean_text(rationale)
    quotes = [quote for quote in (clean_line(quote) for quote in quotes) if quote]
    if errors := finding_problems(verdict, rationale, quotes, _texts(version)):
        raise Invalid(errors)
    # Before the position, since the check may be completed in the same transaction, and that reads the names.
    hold_names(act.session, only_reading=True)
    hold_position(act.session, version.position_id)
    if find_check(act.session, version):
        raise Conflict("The check of this version is complete. Save a new version to change its findings.")
    at = act.at()
    finding = find_finding(act.session, version, criterion) or FindingRow(version_id=version.id, criterion=criterion)
    finding.verdict, finding.rationale, finding.quotes = verdict, rationale, quotes
    finding.found_by, finding.found_at = act.by.id or 0, at
    act.session.add(finding)
    act.session.flush()
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "criterion": key,
        "verdict": verdict,
    }
    record(act.session, "finding_recorded", by=act.by, at=at, facts=facts, position=version.position)
    return finding


def _texts(version: Version) -> list[str]:
    return texts_of(version.wording)


@dataclass(frozen=True)
class CarriedFinding:
    """What was found for a criterion earlier, on which version, and which of its quotes do not stand in this one.

    `from_edition` is the edition it was found under when that is another one, whose criterion says the same.
    """

    finding: FindingRow
    from_version: int
    gone: tuple[str, ...]
    from_edition: PrinciplesEdition | None = None

    @property
    def stands(self) -> bool:
        """Whether every quote still stands, so that a person may confirm the finding as it is."""
        return not self.gone


def carried_findings(session: Session, version: Version) -> dict[str, CarriedFinding]:
    """The newest earlier finding for each criterion without one on this version, by the criterion's key.

    After a move to another edition those of a criterion that says the same there count too. Nothing is carried over
    by itself: each is confirmed, or judged again, by a reviewer.
    """
    rows = session.execute(
        select(FindingRow, Version.number, PrinciplesEdition)
        .join(Version, Version.id == FindingRow.version_id)
        .join(Criterion, Criterion.id == FindingRow.criterion_id)
        .join(PrinciplesEdition, PrinciplesEdition.id == Criterion.edition_id)
        .where(Version.position_id == version.position_id, Version.number <= version.number)
        .order_by(Version.number, PrinciplesEdition.number)
    )
    texts, carried = _texts(version), {}
    present = version.position.edition
    asked = {criterion.key: criterion.statement for criterion in present.criteria}
    for finding, number, edition in rows:
        key = finding.criterion.key
        if asked.get(key) == finding.criterion.statement:
            gone = tuple(quotes_gone(finding.quotes, texts))
            carried[key] = CarriedFinding(finding, number, gone, edition if edition is not present else None)
    result = {finding.criterion.key for finding in findings_of(session, version)}
    return {key: item for key, item in carried.items() if key not in result}


def complete_check(act: ActContext, version: Version) -> VersionCheck:
    """Complete the check of a version in the reviewer's name; Missing with all that stands in the way.

    A completed check is answered as it stands.
    """
    ensure_reviewer(act.session, version, act.by)
    hold_position(act.session, version.position_id)
    if standing := find_check(act.session, version):
        return standing
    if reasons := missing_for_completion(act.session, version):
        raise Missing(reasons, "The check cannot be completed yet.")
    at = act.at()
    check = VersionCheck(
        version_id=version.id,
        edition=version.position.edition,
        digest=version.digest,
        completed_by=act.by.id,
        completed_at=at,
    )
    act.session.add(check)
    act.session.flush()
    findings = findings_of(act.session, version)
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "edition": version.position.edition.number,
        "digest": version.digest,
        "findings": {finding.criterion.key: finding.verdict for finding in findings},
        "reasons": _digest_of_reasons(check.edition, findings),
    }
    release_reviewer(act.session, version.position_id, at=at)
    record(act.session, "check_completed", by=act.by, at=at, facts=facts, position=version.position)
    return check


def _digest_of_reasons(edition: PrinciplesEdition, findings: Sequence[FindingRow]) -> str:
    # Beside the verdicts: the edition's day, the criteria's names, reasons, quotations.
    told = {"adopted_on": edition.adopted_on.isoformat(), "findings": [finding_facts(item) for item in findings]}
    return sha256_hex(canonical_json(told))


def finding_facts(finding: FindingRow) -> dict[str, Any]:
    """One finding as it is told to everyone."""
    return {
        "criterion": finding.criterion.key,
        "name": finding.criterion.name,
        "verdict": finding.verdict,
        "rationale": finding.rationale,
        "quotes": finding.quotes,
    }


def is_author(session: Session, version: Version, by: Actor) -> bool:
    """Whether this person saved any version of the position."""
    saved = select(Version.id).where(Version.position_id == version.position_id, Version.saved_by == by.id)
    return session.scalar(saved.limit(1)) is not None


def ensure_reviewer(session: Session, version: Version, by: Actor) -> None:
    """Refuse with NotAllowed a user who is no reviewer, or saved a version of the position."""
    ensure_may(by, Act.CHECK)
    if is_author(session, version, by):
        raise NotAllowed("You saved a version of this position, so someone else must check it.")


def _criterion(version: Version, key: str) -> Criterion:
    for criterion in version.position.edition.criteria:
        if criterion.key == key:
            return criterion
    raise NotFound("This edition of the principles has no such criterion.")


def find_finding(session: Session, version: Version, criterion: Criterion) -> FindingRow | None:
    """The finding for one criterion, if there is one."""
    return session.scalar(
        select(FindingRow).where(FindingRow.version_id == version.id, FindingRow.criterion_id == criterion.id)
    )


def findings_of(session: Session, version: Version) -> Sequence[FindingRow]:
    """The findings for a version under the edition that counts for it, in the edition's order."""
    check = find_check(session, version)
    return _findings_under(session, version, check.edition_id if check else version.position.edition_id)


def findings_of_all(session: Session, versions: Sequence[Version]) -> dict[int, list[FindingRow]]:
    """The findings that count for each of these versions, by the version's id; two queries however many."""
    under = {number: check.edition_id for number, check in checks_that_count(session, versions).items()}
    rows = session.execute(
        select(FindingRow, Criterion.edition_id)
        .join(Criterion)
        .where(FindingRow.version_id.in_(under))
        .order_by(FindingRow.version_id, Criterion.rank)
    )
    findings: dict[int, list[FindingRow]] = {}
    for finding, edition_id in rows:
        if edition_id == under[finding.version_id]:
            findings.setdefault(finding.version_id, []).append(finding)
    return findings


def _findings_under(session: Session, version: Version, edition_id: int) -> Sequence[FindingRow]:
    return session.scalars(
        select(FindingRow)
        .join(Criterion)
        .where(FindingRow.version_id == version.id, Criterion.edition_id == edition_id)
        .order_by(Criterion.rank)
    ).all()


def find_check(session: Session, version: Version) -> VersionCheck | None:
    """The completed check that counts for a version, if there is one."""
    return checks_that_count(session, [version]).get(version.id)


def checks_that_count(session: Session, versions: Sequence[Version]) -> dict[int, VersionCheck]:
    """The completed check that counts for each of these versions, by the version's id; one query however many.

    What was published keeps the check it was published with, its last one, since none is made after that; else it is
    the one under the position's edition.
    """
    rows = session.execute(
        select(VersionCheck, Publication.id)
        .outerjoin(Publication, Publication.version_id == VersionCheck.version_id)
        .where(VersionCheck.version_id.in_([version.id for version in versions]))
        .order_by(VersionCheck.id)
        .options(joinedload(VersionCheck.completer).lazyload(StaffUser.roles))
    )
    asked = {version.id: version.position.edition_id for version in versions}
    return {
        check.version_id: check
        for check, publication in rows
        if publication is not None or check.edition_id == asked[check.version_id]
    }


@dataclass(frozen=True)
class ShownCheck:
    """The check that stands beside a text where partners and the public read it."""

    check: VersionCheck | None
    findings: Sequence[FindingRow]


def shown_check(session: Session, version: Version) -> ShownCheck:
    """The check that counts, or the last completed one while a position that moved waits for its new check."""
    check = find_check(session, version) or session.scalar(
        select(VersionCheck).where(VersionCheck.version_id == version.id).order_by(VersionCheck.id.desc()).limit(1)
    )
    if check is None:
        return ShownCheck(None, findings_of(session, version))
    return ShownCheck(check, _findings_under(session, version, check.edition_id))


def missing_for_completion(session: Session, version: Version) -> list[Reason]:
    """All that keeps the check of a version from being completed."""
    criteria = [CriterionName(c.key, c.name) for c in version.position.edition.criteria]
    reasons = {finding.criterion.key: finding.verdict for finding in findings_of(session, version)}
    return missing_for_check(criteria, reasons)
