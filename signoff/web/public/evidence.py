"""Evidence for everybody: the newest signed head of the record, and a position's bundle."""

import json

from flask import redirect, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import NotSealedYet
from signoff.services.publications.bundles import bundle_of
from signoff.services.record.sealing import latest_checkpoint
from signoff.web.access import public
from signoff.web.file_names import named
from signoff.web.installation import db, installation
from signoff.web.public.blueprint import pages
from signoff.web.public.pages import published


@pages.get("/record/checkpoint")
@public
def checkpoint() -> Response:
    """The newest signed head of the record, as a C2SP checkpoint."""
    result = latest_checkpoint(db())
    if result is None:
        raise NotSealedYet
    return Response(result.note, content_type="text/plain; charset=utf-8")


@pages.get("/record")
@public
def record() -> Response:
    """The name of the record is an address too; it leads to how anyone can check it."""
    return redirect(url_for("public.verify"))


@pages.get("/positions/<slug:slug>/proof")
@public
def proof(slug: str) -> Response:
    """The bundle of a published position: a file that proves, offline, what its page says."""
    _, publication = published(slug)
    bundle = bundle_of(db(), publication, keys=installation().keys)
    response = Response(json.dumps(bundle, ensure_ascii=False, indent=1), content_type="application/json")
    return named(response, f"{slug}.bundle.json")
