"""The demo's inbox: what the mail catcher took, as pages. Registered by `signoff demo` alone."""

from flask import Blueprint, render_template

from signoff.domain.errors import NotFound
from signoff.web.access import public
from signoff.web.installation import installation

pages = Blueprint("demo", __name__, url_prefix="/demo")


@pages.get("/inbox")
@public
def inbox() -> str:
    """All caught letters, newest first."""
    read = installation().demo_inbox
    return render_template("demo/inbox.html", letters=read() if read else [])


@pages.get("/inbox/<slug:name>")
@public
def letter(name: str) -> str:
    """One caught letter as plain text, its address a link."""
    read = installation().demo_inbox
    for result in read() if read else []:
        if result.name == name:
            return render_template("demo/letter.html", letter=result)
    raise NotFound
