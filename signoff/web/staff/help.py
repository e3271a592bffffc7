"""Help: the staff's handbook as pages read it, and every component of the staff pages in all its states."""

import re
from functools import cache
from types import SimpleNamespace

from flask import render_template
from markupsafe import Markup

from signoff.domain.permissions import Act
from signoff.domain.positions.markdown import html_of
from signoff.settings import PROJECT
from signoff.web.access import staff
from signoff.web.staff.blueprint import pages

_LONG = "The Association of Superintendents, Principals, Counselors and Families of the Greater Juniper Valley, Inc."


@pages.get("/staff/help")
@staff(Act.READ)
def handbook() -> str:
    """The handbook, a part for each step."""
    return render_template("staff/help.html", section="staff.handbook", parts=_parts())


@cache
def _parts() -> list[tuple[str, str, Markup]]:
    text = (PROJECT / "docs" / "handbook.md").read_text()
    _, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    result = []
    for part in parts:
        heading, _, body = part.partition("\n")
        # A link to another file of the docs leads nowhere here; its words stay.
        html = re.sub(r"<a rel=[^>]*>(.*?)</a>", r"\1", html_of(body))
        result.append((_anchor(heading), heading, Markup(html)))  # noqa: S704 - our own file, and cleaned
    return result


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


@pages.get("/staff/look")
@staff(Act.READ)
def look() -> str:
    """Every component with all its states: none, one, many, long names, errors."""
    return render_template(
        "staff/look.html",
        section="staff.look",
        long=_LONG,
        reasons=[
            SimpleNamespace(text="The check of version 2 is not completed.", link="#missing-look"),
            SimpleNamespace(text="A deadline has not been set.", link=""),
        ],
        errors={"name": "Please fill this in.", "level": "Please choose national, state or local, or leave it empty."},
        many=range(1, 2001),
    )
