"""The public directory of partners: the list, the map of states, and a page for each state and partner."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy import ColumnElement

from signoff.domain.errors import NotFound
from signoff.domain.partners.places import NATIONWIDE, STATES, state_name
from signoff.domain.partners.tile_map import tiles
from signoff.domain.publications.name_groups import first_letter
from signoff.models import Partner
from signoff.models.partners import LEVELS
from signoff.services.partners.affiliates import affiliates_of
from signoff.services.partners.directory import (
    count_by_letter,
    directory_counts,
    looked_for,
    partners_by_place,
    partners_looked_for,
)
from signoff.services.partners.partners import ensure_whole, get_entry
from signoff.services.partners.public_profiles import PublicProfile, public_notices, public_profiles
from signoff.services.publications.public_queries import count_named_on, named_on
from signoff.web.access import public
from signoff.web.installation import db
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.numbered_pages import page_asked

MOST_AT_ONCE = 300  # partners on one page; where there are more, each letter has pages
MOST_OF_A_LETTER = 100  # partners on one of these
_NEWEST_NOTICES = 10


@pages.get("/partners/")
@kept(queries="level expertise letter page")
@public
def partners() -> str:
    """The partner directory, from A to Z, with links to the partners' websites and a map of where they work.

    `?q=` holds words of names, places and expertise; `?level=` and `?expertise=` narrow it down. `?letter=` is one
    letter of a long list, `?page=` one page of a letter that many names begin with.
    """
    words = " ".join(request.args.get("q", "").split())[:200]
    level, expertise = request.args.get("level", ""), request.args.get("expertise", "")
    counts = directory_counts(db())
    level, expertise = level if level in counts.levels else "", expertise if expertise in counts.expertise else ""
    wanted = looked_for(words=words, level=level, expertise=expertise)
    return render_template(
        "public/partners/partners.html",
        section="public.partners",
        **_listed(wanted, count_by_letter(db(), wanted) if words or level or expertise else counts.letters),
        q=words,
        level=level,
        expertise=expertise,
        levels=[(one, counts.levels[one]) for one in LEVELS if one in counts.levels],
        words=counts.expertise,
        total=counts.total,
        rows=tiles(counts.states) if counts.states.keys() & STATES.keys() else [],
        nationwide=counts.states.get(NATIONWIDE, 0),
        names=STATES,
    )


def _listed(wanted: Sequence[ColumnElement[bool]], letters: Mapping[str, int]) -> dict[str, Any]:
    """The partners to show, by their first letters, and of each how many positions it signed."""
    found, letter = sum(letters.values()), request.args.get("letter", "")
    is_long = found > MOST_AT_ONCE
    shown = (letter if letter in letters else next(iter(letters))) if is_long else ""
    page = page_asked(letters[shown], MOST_OF_A_LETTER) if is_long else page_asked(found, MOST_AT_ONCE)
    partners = partners_looked_for(db(), wanted, letter=shown, after=page.before, limit=page.items)
    groups: dict[str, list[Partner]] = {one: [] for one in ([shown] if is_long else letters)}
    for partner in partners:
        groups[first_letter(partner.order_key)].append(partner)
    ids = [partner.id for partner in partners]
    return {
        "found": found,
        "letters": list(letters),
        "is_long": is_long,
        "page": page,
        "groups": list(groups.items()),
        "signed": count_named_on(db(), ids),
        "profiles": public_profiles(db(), ids),
    }


@pages.get("/partners/map")
@kept()
@public
def partner_map() -> str:
    """How many partners work in each state, as a map and as a table, and where partners begin."""
    counts = directory_counts(db()).states
    return render_template(
        "public/partners/map.html",
        section="public.partners",
        rows=tiles(counts),
        nationwide=counts.get(NATIONWIDE, 0),
        states=[(code, name, counts[code]) for code, name in STATES.items() if code in counts],
        names=STATES,
        notices=public_notices(db(), most=_NEWEST_NOTICES),
    )


@pages.get("/partners/map/<state>")
@kept()
@public
def partners_in_state(state: str) -> str:
    """The partners in one state, by county and city; or those that work nationwide."""
    code = state.upper()
    if state != state.lower() or code not in (NATIONWIDE, *STATES):
        raise NotFound("There is no state under this address.")
    by_place = partners_by_place(db(), code)
    return render_template(
        "public/partners/state.html",
        section="public.partners",
        name=state_name(code),
        is_nationwide=code == NATIONWIDE,
        by_place=by_place,
        profiles=public_profiles(db(), {partner.id for _, partners in by_place for partner in partners}),
        notices=public_notices(db(), state=code),
    )


@pages.get("/partners/<slug:slug>")
@kept()
@public
def partner(slug: str) -> str:
    """One partner and the positions it is named on."""
    result = get_entry(db(), slug)
    # Where the address of a double leads tells of a partner too, so first of all: is it one still?
    if result.left_at is not None:
        raise NotFound("There is no partner under this name.")
    ensure_whole(result)
    return render_template(
        "public/partners/partner.html",
        section="public.partners",
        partner=result,
        parent=result.present_parent,
        affiliates=affiliates_of(db(), result),
        named_on=named_on(db(), result),
        profile=public_profiles(db(), [result.id]).get(result.id, PublicProfile()),
        notices=public_notices(db(), partner=result),
    )
