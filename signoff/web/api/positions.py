"""Positions and their versions."""

from collections.abc import Callable
from functools import wraps

from werkzeug.wrappers import Response

from signoff.domain.permissions import Act
from signoff.models import Position, Version
from signoff.services.positions.position_addresses import change_address
from signoff.services.positions.positions import (
    all_positions,
    changed_wording,
    get_position,
    get_version,
    latest_version,
    save_version,
    start_position,
)
from signoff.services.positions.publishing_rules import reasons_of_both_gates
from signoff.services.positions.version_status import status_of, statuses_of_versions
from signoff.services.publications.long_lists import is_long
from signoff.services.publications.public_queries import live_publications
from signoff.services.publications.publications import find_live_publication
from signoff.services.rounds.last_round import warnings_before_asking
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import Page, acting_call, is_staff, reading_call
from signoff.web.installation import current_act, db, installation
from signoff.web.kept_pages import kept
from signoff.web.public.in_parts import position_in_parts
from signoff.web.public.pages import published
from signoff.web.schemas.positions import (
    LatestVersion,
    Missing,
    NewAddress,
    NewPosition,
    NewVersion,
    PositionAddress,
    PublicLine,
    PublicPosition,
    PublicPositions,
    SavedVersion,
    StaffLine,
    StaffPosition,
    StaffPositions,
    VersionLine,
)
from signoff.web.serializers import public_position, shown_publication, shown_version


@calls.get("/positions")
@kept(queries="limit after")
@api()
@reading_call()
def positions(page: Page) -> PublicPositions | StaffPositions:
    """List positions.

    Published positions, newest first; with a token all positions, in the order in which they were started.
    """
    if is_staff():
        return _all(page)
    listed = live_publications(db(), after=page.after, limit=page.limit)
    items = [
        PublicLine(
            slug=item.publication.position.slug,
            title=item.publication.version.title,
            summary=item.publication.version.summary,
            version=item.publication.version.number,
            published_at=item.publication.published_at,
            signatory_count=item.signatories,
        )
        for item in listed
    ]
    return PublicPositions(items=items, next=page.next([item.publication.id for item in listed]))


def _all(page: Page) -> StaffPositions:
    positions = all_positions(db(), after=page.after, limit=page.limit)
    newest = {number: versions[0] for number, versions in statuses_of_versions(db(), positions).items()}
    items = [
        StaffLine(
            slug=position.slug,
            title=newest[position.id].version.title,
            summary=newest[position.id].version.summary,
            version=newest[position.id].version.number,
            state=newest[position.id].state.value,
        )
        for position in positions
    ]
    return StaffPositions(items=items, next=page.next([position.id for position in positions]))


def _in_parts_where_long(view: Callable[..., Response]) -> Callable[..., Response]:
    """What everyone reads of a position with a long list of names is sent while it is read."""

    @wraps(view)
    def call(slug: str) -> Response:
        if not is_staff():
            _, publication = published(slug)
            if is_long(db(), publication):
                return position_in_parts(publication)
        return view(slug=slug)

    return call


@calls.post("/positions", endpoint="start_position")
@api(Act.DRAFT)
@acting_call(201)
def start(body: NewPosition) -> SavedVersion:
    """Start a position."""
    return _saved(start_position(current_act(), body.wording))


@calls.get("/positions/<slug:slug>")
@kept(position=True)
@api()
@_in_parts_where_long
@reading_call()
def position(slug: str) -> PublicPosition | StaffPosition:
    """Read a position.

    A published position with its signatories; with a token any position, with its state and what is missing.
    """
    if not is_staff():
        return public_position(db(), published(slug)[1], installation().settings)
    return _for_staff(get_position(db(), slug))


def _for_staff(position: Position) -> StaffPosition:
    live, latest = find_live_publication(db(), position), latest_version(db(), position)
    shown = shown_publication(db(), live, installation().settings) if live else shown_version(db(), latest)
    return StaffPosition(
        **shown,
        state=status_of(db(), live.version if live else latest).state.value,
        latest_version=LatestVersion(
            number=latest.number, digest=latest.digest, state=status_of(db(), latest).state.value
        ),
        missing=_missing(latest),
    )


@calls.patch("/positions/<slug:slug>", endpoint="change_position")
@api(Act.DRAFT)
@acting_call(200)
def change(slug: str, body: NewAddress) -> PositionAddress:
    """Change the address of a position.

    This is possible until the position is published for the first time. The old address leads staff to the new one.
    """
    position = get_position(db(), slug)
    change_address(current_act(), position, body.slug)
    return PositionAddress(slug=position.slug)


@calls.post("/positions/<slug:slug>/versions", endpoint="save_version")
@api(Act.DRAFT)
@acting_call(201, 200, shown=("position",))
def save(slug: str, body: NewVersion) -> tuple[SavedVersion, int]:
    """Save a version.

    The given fields become the next version. What is left out stays as it is. When nothing changed, the latest
    version is answered as it is (200).
    """
    position = get_position(db(), slug)
    wording = changed_wording(latest_version(db(), position), body.changes)
    version, is_new = save_version(current_act(), position, wording, change_note=body.change_note)
    return _saved(version), 201 if is_new else 200


def _saved(version: Version) -> SavedVersion:
    line = VersionLine(number=version.number, digest=version.digest)
    return SavedVersion(slug=version.position.slug, version=line)


@calls.get("/positions/<slug:slug>/versions/<number:number>/missing")
@api(Act.READ)
@reading_call()
def missing(slug: str, number: int) -> Missing:
    """Read what is missing.

    What still has to be done before partners are asked, and before publishing.
    """
    return _missing(get_version(db(), get_position(db(), slug), number))


def _missing(version: Version) -> Missing:
    to_send, to_publish = reasons_of_both_gates(db(), version, clock=installation().clock)
    return Missing(
        to_send=[reason.text for reason in to_send],
        to_publish=[reason.text for reason in to_publish],
        warnings=[reason.text for reason in warnings_before_asking(db(), version, clock=installation().clock)],
    )
