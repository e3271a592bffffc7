"""The first step: the Coalition's name and logo, its time zone, and the address of the site."""

from collections.abc import Mapping
from zoneinfo import available_timezones

from flask import render_template, request, url_for

from signoff.domain import setting_values
from signoff.domain.errors import Invalid
from signoff.domain.permissions import OPERATOR
from signoff.domain.pictures import LARGEST_PICTURE
from signoff.services.coalition import describe_coalition, find_coalition
from signoff.services.principles.editions import adopt_edition, find_latest_edition, first_edition
from signoff.settings import PREFIX, Settings
from signoff.web.access import link_holder
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db
from signoff.web.logo_upload import given_logo
from signoff.web.setup.blueprint import pages, set_up
from signoff.web.setup.typed_settings import read_typed

_READERS = {"TIMEZONE": setting_values.zone, "BASE_URL": setting_values.base_url}
_AT_HOME = ("New_York", "Chicago", "Denver", "Phoenix", "Los_Angeles", "Anchorage", "Puerto_Rico")


@pages.get("/<secret>")
@link_holder
def coalition() -> str:
    """What the Coalition is called, and where and when its site is."""
    known, settings = find_coalition(db()), set_up().load()
    typed = {"name": known.name if known else "", "TIMEZONE": settings.timezone.key, "BASE_URL": settings.base_url}
    return _page(typed, {})


@pages.post("/<secret>")
@link_holder
@form_view(invalid=lambda refusal: _page(request.form, refusal.errors))
def save_coalition() -> Done:
    """Keep what was typed, and go on to email."""
    request.max_content_length = request.max_form_memory_size = 2 * LARGEST_PICTURE
    values, problems = read_typed(_READERS, fixed=set_up().fixed)
    logo = given_logo()
    act, known = current_act(OPERATOR), find_coalition(db())
    if find_latest_edition(db()) is None:
        adopt_edition(act, first_edition())
    describe_coalition(act, name=request.form.get("name", ""), reply_to=known.reply_to if known else "", logo=logo)
    if problems:
        raise Invalid(problems)
    set_up().keep(values | _beyond_this_machine(values, set_up().load()))
    return Done(url_for("setup.email"))


def _beyond_this_machine(values: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """What goes with an address that others reach: its key is given, and a proxy that speaks https stands in front."""
    base_url = values.get(f"{PREFIX}BASE_URL", "")
    if not base_url or setting_values.is_loopback(base_url):
        return {}
    more = {"SECRET_KEY": settings.secret_key, "TRUSTED_PROXIES": "1"}
    return {PREFIX + name: value for name, value in more.items() if name not in set_up().fixed}


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    known = find_coalition(db())
    at_home = [f"America/{place}" for place in _AT_HOME] + ["Pacific/Honolulu", "Pacific/Guam"]
    zones = [*at_home, *sorted(available_timezones() - set(at_home))]
    return render_template(
        "setup/coalition.html",
        typed=typed,
        errors=errors,
        fixed=set_up().fixed,
        zones=[(zone, zone.replace("_", " ")) for zone in zones],
        logo=known.logo if known else None,
    )
