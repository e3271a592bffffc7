"""How anyone checks what is public: a page that verifies files in the browser, the same to keep, and the command."""

import re
from functools import cache

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from signoff.evidence.standalone import standalone
from signoff.services.publications.log_reading import log_keys, newest_head
from signoff.services.publications.public_queries import find_published_text, live_publications
from signoff.web.access import public
from signoff.web.file_names import named
from signoff.web.installation import db, installation
from signoff.web.kept_pages import kept
from signoff.web.public.blueprint import pages
from signoff.web.public.offline import one_script, policy, style

_DIGEST = re.compile(r"[0-9a-f]{64}")


@pages.get("/verify")
@kept(log=True)
@public
def verify() -> "str | Response":
    """How anyone can check a position; with a digest, the version whose text has it."""
    given = "".join(request.args.get("digest", "").lower().split())[:100]
    publication = find_published_text(db(), given) if _DIGEST.fullmatch(given) else None
    if publication is not None:
        slug, number = publication.position.slug, publication.version.number
        return redirect(url_for("public.version", slug=slug, number=number, _anchor=f"sha256-{given}"))
    return render_template(
        "public/verify.html",
        section="public.verify",
        site=url_for("public.home"),
        **_known(),
        digest=given,
        errors={"digest": _not_found(given)} if given else {},
        listed=live_publications(db(), limit=20),
        head=newest_head(db()),
    )


def _not_found(digest: str) -> str:
    if _DIGEST.fullmatch(digest):
        return "No text with this digest has been published here."
    return "Enter all 64 characters of the digest (0–9, a–f)."


def _known() -> dict[str, object]:
    keys, formats = log_keys(db()), installation().settings.formats
    return {
        "pins": [{"key": change.key, "index": index} for change, index in keys.changes],
        "verifiers": keys.verifiers[::-1],
        "locale": formats.locale.replace("_", "-"),
        "zone": formats.zone.key,
    }


@pages.get("/verify/offline.html")
@public
def verify_offline() -> Response:
    """The page that verifies files, as one file that works without a network; it knows the keys of this moment."""
    script, sheet = one_script(), style()
    page = render_template(
        "public/verify_offline.html",
        site="",
        **_known(),
        saved_at=installation().clock(),
        policy=policy(script, sheet),
        script=Markup(script),  # noqa: S704 - both are files of ours
        style=Markup(sheet),  # noqa: S704
    )
    return named(Response(page, content_type="text/html; charset=utf-8"), "verify.html")


@pages.get("/verify/verifier.py")
@public
def verifier() -> Response:
    """The verifier for the command line, as one file that runs alone."""
    return named(Response(_verifier(), content_type="text/x-python; charset=utf-8"), "verifier.py")


@cache
def _verifier() -> str:
    return standalone()
