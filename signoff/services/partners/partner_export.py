"""The register as rows in the form that an import reads, with what the public reads of each partner beside it."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from signoff.models import Partner
from signoff.services.partners.partner_changes import form_of
from signoff.services.partners.partner_files import COLUMNS
from signoff.services.partners.public_profiles import PublicProfile, logo_path, public_profiles

# Columns that an import leaves out and says so: only a proposal that staff let through becomes public.
PUBLIC_COLUMNS = ("description", "logo")


def exported_rows(session: Session, partners: Sequence[Partner], base_url: str) -> Iterator[tuple[str, ...]]:
    """Partners as rows that an import reads: the column names, then a row for each contact."""
    yield (*COLUMNS, *PUBLIC_COLUMNS)
    profiles = public_profiles(session, [partner.id for partner in partners])
    for partner in partners:
        profile = profiles.get(partner.id, PublicProfile())
        logo = base_url + logo_path(partner.slug, profile.logo.digest) if profile.logo else ""
        form = form_of(partner)
        names = [";".join(values) for values in (form.public_names, form.aliases)]
        own = (form.name, *names, form.website, form.level, ";".join(form.tags))
        more = [";".join(values) for values in (form.places, form.expertise, form.networks)]
        said = (*more, form.parent, form.joined_year, form.language, form.notes, profile.description, logo)
        people = partner.people
        for number, item in enumerate(people):
            is_first, may_answer = number == 0, "yes" if item.may_answer else "no"
            person = (item.full_name, item.email, item.job_title, may_answer)
            yield (*own, *person, *said) if is_first else ("",) * len(own) + person + ("",) * len(said)
        if not people:
            yield (*own, "", "", "", "", *said)
