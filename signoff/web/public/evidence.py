"""Evidence for everybody: the newest signed head of the record, and a position's bundle."""

import json

from flask import Blueprint
from werkzeug.wrappers import Response

from signoff.domain.refusals import NotFound
from signoff.services.bundles import bundle_of
from signoff.services.sealing import latest_checkpoint, origin_of
from signoff.web.access import public
from signoff.web.installation import db, here
from signoff.web.public.pages import published


@public
def checkpoint() -> Response:
    """The newest signed head of the record, as a C2SP checkpoint."""
    found = latest_checkpoint(db())
    if found is None:
        raise NotFound("The record has no signed head yet; its first entries are sealed within a minute.")
    return Response(found.note, content_type="text/plain; charset=utf-8")


@public
def proof(slug: str) -> Response:
    """The bundle of a published position: a file that proves, offline, what its page says."""
    _, publication = published(slug)
    bundle = bundle_of(db(), publication, origin=origin_of(here().settings.base_url), keys=here().keys)
    response = Response(json.dumps(bundle, ensure_ascii=False, indent=1), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.bundle.json"'
    return response


def add_to(pages: Blueprint) -> None:
    """Put these at their addresses."""
    pages.add_url_rule("/record/checkpoint", "checkpoint", checkpoint)
    pages.add_url_rule("/positions/<slug:slug>/proof", "proof", proof)
