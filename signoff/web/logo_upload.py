"""The Coalition's logo as a form sends it."""

from contextlib import closing

from flask import request

from signoff.domain.errors import Invalid
from signoff.domain.pictures import Picture, picture_of
from signoff.web.installation import read_first, write_now


def given_logo() -> Picture | None:
    """The chosen picture, drawn again while no one waits for this request. Invalid for one that cannot be used."""
    chosen = request.files.get("logo")
    content = b""
    if chosen:
        with closing(chosen):
            content = chosen.read()
    if not content:
        return None
    if request.form.get("own_logo") != "yes":
        raise Invalid({"own_logo": "Please confirm this. Signoff cannot read pictures."})
    read_first()
    try:
        picture = picture_of(content)
    except ValueError as problem:
        raise Invalid({"logo": str(problem)}) from problem
    write_now()
    return picture
