"""The public directory of partners: the list, the map of states, and a page for each state and partner."""

from flask import render_template, request

from signoff.domain.errors import NotFound
from signoff.domain.partners.places import NATIONWIDE, STATES, state_name
from signoff.domain.partners.tile_map import tiles
from signoff.models.partners import LEVELS
from signoff.services.partners.affiliates import affiliates_of
from signoff.services.partners.directory import (
    count_by_expertise,
    count_by_level,
    count_by_state,
    partner_directory,
    partners_by_place,
)
from signoff.services.partners.partners import ensure_whole, get_entry
from signoff.services.publications.public_queries import named_on
from signoff.web.access import public
from signoff.web.installation import db
from signoff.web.public.blueprint import pages


@pages.get("/partners/")
@public
def partners() -> str:
    """The partner directory, with links to the partners' websites; of one level or expertise, when asked for."""
    level, expertise = request.args.get("level", ""), request.args.get("expertise", "")
    levels, words = count_by_level(db()), count_by_expertise(db())
    level, expertise = level if level in levels else "", expertise if expertise in words else ""
    return render_template(
        "public/partners/partners.html",
        section="public.partners",
        partners=partner_directory(db(), level=level, expertise=expertise),
        level=level,
        expertise=expertise,
        levels=[(one, levels[one]) for one in LEVELS if one in levels],
        words=words,
    )


@pages.get("/partners/map")
@public
def partner_map() -> str:
    """How many partners work in each state, as a map and as a table."""
    counts = count_by_state(db())
    return render_template(
        "public/partners/map.html",
        section="public.partners",
        rows=tiles(counts),
        nationwide=counts.get(NATIONWIDE, 0),
        states=[(code, name, counts[code]) for code, name in STATES.items() if code in counts],
        names=STATES,
    )


@pages.get("/partners/map/<state>")
@public
def partners_in_state(state: str) -> str:
    """The partners in one state, by county and city; or those that work nationwide."""
    code = state.upper()
    if state != state.lower() or code not in (NATIONWIDE, *STATES):
        raise NotFound("There is no state under this address.")
    return render_template(
        "public/partners/state.html",
        section="public.partners",
        name=state_name(code),
        is_nationwide=code == NATIONWIDE,
        by_place=partners_by_place(db(), code),
    )


@pages.get("/partners/<slug:slug>")
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
    )
