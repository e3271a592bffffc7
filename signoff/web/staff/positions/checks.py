"""Staff pages of the check: the text beside the criteria, one form for all findings."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from signoff.domain.errors import Invalid, Missing
from signoff.domain.permissions import Act
from signoff.models import Criterion, Version
from signoff.services.positions.checks import (
    CarriedFinding,
    carried_findings,
    find_check,
    findings_of,
    is_author,
    put_finding,
    shown_check,
)
from signoff.services.positions.exemptions import complete_check_and_tick, digest_of, ordinary_words
from signoff.services.positions.matrix import staff_matrix
from signoff.services.positions.positions import get_position, get_version
from signoff.services.positions.suggestions import bears_on, suggestions_for
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, current_act, db
from signoff.web.staff.blueprint import pages
from signoff.web.staff.positions.similar_positions import near_facts
from signoff.web.staff.rounds.reasons import linked


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/check")
@staff(Act.READ)
def check(slug: str, number: int) -> str:
    """The check of a version: for reviewers a form, for everyone else what was found so far."""
    return _page(_version(slug, number))


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/check")
@staff(Act.CHECK)
@form_view(
    invalid=lambda refusal, slug, number: _page(_version(slug, number), errors=refusal.errors, typed=request.form)
)
def save_check(slug: str, number: int) -> Done | tuple[str, int]:
    """Save every finding that was given, and complete the check when asked to."""
    version = _version(slug, number)
    errors: dict[str, str] = {}
    carried = carried_findings(db(), version)
    for criterion in version.position.edition.criteria:
        errors |= _put(version, criterion, carried.get(criterion.key))
    completes = request.form.get("act") == "complete"
    if completes and not request.form.get("ordinary") and ordinary_words(db(), version):
        errors["ordinary"] = "Partners' names in ordinary words: please look at the passages and check the box."
    if errors:
        raise Invalid(errors)
    if not completes:
        where = url_for("staff.check", slug=slug, number=number, _anchor="findings")
        return Done(where, "The findings are saved. The check is not completed yet.")
    try:
        complete_check_and_tick(current_act(), version, shown=request.form.get("ordinary_shown"))
    except Missing as refusal:
        # The findings were sound and are kept; only the completion waits.
        db().commit()
        return _page(version, missing=refusal), 409
    return Done(url_for("staff.position", slug=slug), f"The check of version {number} is complete.")


def _put(version: Version, criterion: Criterion, carried: CarriedFinding | None) -> dict[str, str]:
    key = criterion.key
    verdict = request.form.get(f"{key}.verdict", "")
    rationale = request.form.get(f"{key}.rationale", "")
    quotes = [line.strip() for line in request.form.get(f"{key}.quotes", "").splitlines() if line.strip()]
    quotes += [passage for passage in request.form.getlist(f"{key}.pick") if passage not in quotes]
    if carried and carried.stands and request.form.get(f"{key}.confirm") == "yes":
        earlier = carried.finding
        if verdict:
            twice = f"{criterion.name}: You confirmed the earlier finding and chose one too. Please keep one of them."
            return {f"{key}.verdict": twice}
        verdict, rationale = earlier.verdict, earlier.rationale
        quotes = list(dict.fromkeys([*earlier.quotes, *quotes]))
    if not verdict:
        unsaid = f"{criterion.name}: Please choose a finding for these words."
        return {f"{key}.verdict": unsaid} if rationale.strip() or quotes else {}
    standing = {finding.criterion_id: finding for finding in findings_of(db(), version)}.get(criterion.id)
    if standing and (standing.verdict, standing.rationale, standing.quotes) == (verdict, rationale.strip(), quotes):
        return {}
    try:
        put_finding(
            current_act(),
            version,
            key,
            verdict=verdict,
            rationale=rationale,
            quotes=quotes,
        )
    except Invalid as refusal:
        return {f"{key}.{name}": f"{criterion.name}: {sentence}" for name, sentence in refusal.errors.items()}
    return {}


def _version(slug: str, number: int) -> Version:
    return get_version(db(), get_position(db(), slug), number)


def _page(
    version: Version,
    *,
    errors: Mapping[str, str] | None = None,
    typed: MultiDict[str, str] | None = None,
    missing: Missing | None = None,
) -> str:
    findings = {finding.criterion.key: finding for finding in findings_of(db(), version)}
    completed = find_check(db(), version)
    edition = completed.edition if completed else version.position.edition
    suggestions = {} if completed else suggestions_for(version, edition)
    ordinary = [] if completed else ordinary_words(db(), version)
    return render_template(
        "staff/positions/check.html",
        section="staff.positions",
        position=version.position,
        version=version,
        criteria=edition.criteria,
        edition=edition,
        suggestions=suggestions,
        bears_on=bears_on(suggestions, edition),
        **({} if completed else near_facts(version.wording, besides=version.position)),
        findings=findings,
        ordinary=ordinary,
        ordinary_shown=digest_of(ordinary),
        quotes=[(finding.criterion.name, quote) for finding in findings.values() for quote in finding.quotes],
        carried={} if completed else carried_findings(db(), version),
        completed=completed,
        shown=shown_check(db(), version),
        author=is_author(db(), version, acting()),
        errors=errors or {},
        typed=typed or MultiDict(),
        missing=linked(missing.reasons, version) if missing else [],
    )


@pages.get("/staff/matrix")
@staff(Act.READ)
def matrix() -> str:
    """How the newest version of each position stands to each criterion."""
    return render_template("staff/positions/matrix.html", section="staff.positions", matrices=staff_matrix(db()))
