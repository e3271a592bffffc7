"""Positions and their versions: start one, save a wording, find them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from signoff.domain.errors import Invalid, NewerVersion, NotFound
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.positions.text import Wording, clean, digest, problems
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Position, Version
from signoff.services.act import ActContext
from signoff.services.locks import hold_position
from signoff.services.positions.reviewers import release_reviewer
from signoff.services.positions.similar_positions import index_version
from signoff.services.principles.editions import latest_edition
from signoff.services.record.record import record
from signoff.services.slugs import free_slug


def start_position(act: ActContext, wording: Wording) -> Version:
    """Start a position with its first version; Invalid with a sentence for each unusable field."""
    ensure_may(act.by, Act.DRAFT)
    wording = _sound(wording, change_note="")
    position = Position(
        slug=free_slug(act.session, Position, wording.title),
        edition=latest_edition(act.session),
        started_by=act.by.id,
        started_at=act.at(),
    )
    act.session.add(position)
    act.session.flush()
    record(
        act.session,
        "position_started",
        by=act.by,
        at=position.started_at,
        facts={"position": position.slug},
        position=position,
    )
    return _add_version(act, position, 1, wording, "First version")


def save_version(
    act: ActContext, position: Position, wording: Wording, *, change_note: str, began_from: int | None = None
) -> tuple[Version, bool]:
    """Save a wording as the position's next version, without approvals; returns it and whether it is new.

    Saving without a change returns the latest version as it is. `began_from` is the number of the version
    the edit began from: NewerVersion when someone saved another one since.
    """
    ensure_may(act.by, Act.DRAFT)
    hold_position(act.session, position.id)
    latest = latest_version(act.session, position)
    wording = _sound(wording, change_note=change_note)
    if digest(wording) == latest.digest:
        return latest, False
    if began_from is not None and began_from != latest.number:
        raise NewerVersion
    note = clean_line(change_note)
    if not note:
        raise Invalid({"change_note": "Please say in a few words what you changed."})
    return _add_version(act, position, latest.number + 1, wording, note), True


def _sound(wording: Wording, *, change_note: str) -> Wording:
    wording = clean(wording)
    errors = problems(wording)
    if problem := line_problem(clean_line(change_note), longest=300, needed=False, prose=True):
        errors["change_note"] = problem
    if errors:
        raise Invalid(errors)
    return wording


def _add_version(act: ActContext, position: Position, number: int, wording: Wording, note: str) -> Version:
    at = act.at()
    version = Version(
        position=position,
        number=number,
        digest=digest(wording),
        change_note=note,
        saved_by=act.by.id,
        saved_at=at,
        **vars(wording),
    )
    act.session.add(version)
    act.session.flush()
    index_version(act.session, version)
    facts = {"position": position.slug, "version": number, "digest": version.digest, "change_note": note}
    record(act.session, "version_saved", by=act.by, at=at, facts=facts, position=position)
    release_reviewer(act.session, position.id, at=at, only=act.by.id)  # an author does not check
    return version


def changed_wording(version: Version, changes: dict[str, str]) -> Wording:
    """A version's wording with some fields given again."""
    return replace(version.wording, **changes)


def get_position(session: Session, slug: str) -> Position:
    """The position with this slug; NotFound otherwise."""
    position = session.scalar(select(Position).where(Position.slug == slug))
    if position is None:
        raise NotFound("There is no position under this address.")
    return position


def latest_version(session: Session, position: Position) -> Version:
    """The position's newest version."""
    return session.scalars(
        select(Version).where(Version.position_id == position.id).order_by(Version.number.desc()).limit(1)
    ).one()


def version_of_digest(session: Session, digest: str) -> Version | None:
    """The newest version of any position that says what a digest stands for; None where there is none."""
    return session.scalar(select(Version).where(Version.digest == digest).order_by(Version.id.desc()).limit(1))


def get_version(session: Session, position: Position, number: int) -> Version:
    """One version of a position; NotFound otherwise."""
    version = session.scalar(select(Version).where(Version.position_id == position.id, Version.number == number))
    if version is None:
        raise NotFound("This position has no such version.")
    return version


def all_positions(session: Session, *, after: int = 0, limit: int = 100) -> Sequence[Position]:
    """Positions in the order they were started, those with an id above `after`, versions and savers loaded."""
    return session.scalars(
        select(Position)
        .where(Position.id > after)
        .order_by(Position.id)
        .limit(limit)
        .options(selectinload(Position.versions), joinedload(Position.starter))
    ).all()


def titles_of(session: Session, position_ids: Iterable[int | None]) -> dict[int, str]:
    """The titles that these positions have in their newest versions, by position."""
    wanted = Version.position_id.in_(set(position_ids))
    newest = select(func.max(Version.id)).where(wanted).group_by(Version.position_id)
    return dict(session.execute(select(Version.position_id, Version.title).where(Version.id.in_(newest))).all())
