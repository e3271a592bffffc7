"""Positions and their versions."""

from typing import Any

from flask import Blueprint

from signoff.domain.markdown import html_of
from signoff.domain.moments import rfc3339
from signoff.domain.permissions import Act
from signoff.domain.text import FIELD_NAMES, Wording
from signoff.models import Position, Version
from signoff.services.checks import findings_of
from signoff.services.gathering import reasons_of_both_gates
from signoff.services.life import life_of, lives
from signoff.services.positions import (
    all_positions,
    changed_wording,
    get_position,
    get_version,
    latest_version,
    save_version,
    start_position,
)
from signoff.services.publications import find_live_publication
from signoff.services.reading import live_publications
from signoff.web.access import api
from signoff.web.api.edge import Answer, Body, a_page, acting_call, is_staff, page_asked, reading_call
from signoff.web.installation import acting, db, here
from signoff.web.public.pages import published
from signoff.web.shapes import finding_shape, published_shape


@api()
@reading_call
def positions() -> dict[str, Any]:
    """Published positions, newest first; with a token all positions, in the order they were started."""
    after, limit = page_asked()
    if is_staff():
        return _all(after, limit)
    listed = live_publications(db(), after=after, limit=limit)
    items = [
        {
            "slug": item.publication.position.slug,
            "title": item.publication.version.title,
            "summary": item.publication.version.summary,
            "version": item.publication.version.number,
            "published_at": rfc3339(item.publication.published_at),
            "signatory_count": item.signatories,
        }
        for item in listed
    ]
    return a_page(items, [item.publication.id for item in listed], limit)


def _all(after: int, limit: int) -> dict[str, Any]:
    found = all_positions(db(), after=after, limit=limit)
    versions = lives(db(), found)
    items = [
        {
            "slug": position.slug,
            "title": versions[position.id][0].version.title,
            "summary": versions[position.id][0].version.summary,
            "version": versions[position.id][0].version.number,
            "state": versions[position.id][0].state.value,
        }
        for position in found
    ]
    return a_page(items, [position.id for position in found], limit)


@api(Act.DRAFT)
@acting_call
def start() -> Answer:
    """Start a position with its first version."""
    body = Body.read()
    wording = Wording(**{name: body.text(name, default=getattr(Wording(), name)) for name in FIELD_NAMES})
    body.ensure_sound()
    version = start_position(db(), wording, by=acting(), clock=here().clock)
    return {"slug": version.position.slug, "version": _version_shape(version)}, 201


@api()
@reading_call
def position(slug: str) -> dict[str, Any]:
    """A published position; with a token any position, with its state and what is missing."""
    if not is_staff():
        return published_shape(db(), published(slug)[1], here().settings)
    found = get_position(db(), slug)
    live = find_live_publication(db(), found)
    latest = latest_version(db(), found)
    shape = published_shape(db(), live, here().settings) if live else _unpublished_shape(found, latest)
    shape["state"] = life_of(db(), live.version if live else latest).state.value
    shape["latest_version"] = {**_version_shape(latest), "state": life_of(db(), latest).state.value}
    shape["missing"] = _missing(latest)
    return shape


def _unpublished_shape(found: Position, version: Version) -> dict[str, Any]:
    return {
        "slug": found.slug,
        **vars(version.wording),
        "html": html_of(version.body),
        "version": version.number,
        "digest": version.digest,
        "published_at": None,
        "findings": [finding_shape(finding) for finding in findings_of(db(), version)],
        "signatories": [],
        "signatory_count": 0,
    }


@api(Act.DRAFT)
@acting_call
def save(slug: str) -> Answer:
    """Save the given fields as the next version; 200 with the version as it is when nothing changed."""
    found, body = get_position(db(), slug), Body.read()
    changes = {name: body.text(name) for name in FIELD_NAMES if body.has(name)}
    note = body.text("change_note")
    body.ensure_sound()
    wording = changed_wording(latest_version(db(), found), changes)
    version, is_new = save_version(db(), found, wording, change_note=note, by=acting(), clock=here().clock)
    return {"slug": slug, "version": _version_shape(version)}, 201 if is_new else 200


@api(Act.READ)
@reading_call
def missing(slug: str, number: int) -> dict[str, Any]:
    """What still stands before sending, and before publishing."""
    return _missing(get_version(db(), get_position(db(), slug), number))


def _missing(version: Version) -> dict[str, Any]:
    to_send, to_publish = reasons_of_both_gates(db(), version, clock=here().clock)
    return {
        "to_send": [reason.text for reason in to_send],
        "to_publish": [reason.text for reason in to_publish],
    }


def _version_shape(version: Version) -> dict[str, Any]:
    return {"number": version.number, "digest": version.digest}


def add_to(calls: Blueprint) -> None:
    """Put these calls at their addresses."""
    calls.add_url_rule("/positions", "positions", positions, methods=["GET"])
    calls.add_url_rule("/positions", "start_position", start, methods=["POST"])
    calls.add_url_rule("/positions/<slug:slug>", "position", position, methods=["GET"])
    calls.add_url_rule("/positions/<slug:slug>/versions", "save_version", save, methods=["POST"])
    calls.add_url_rule(
        "/positions/<slug:slug>/versions/<int(max=2147483647):number>/missing", "missing", missing, methods=["GET"]
    )
