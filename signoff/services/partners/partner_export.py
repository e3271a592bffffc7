"""The register as rows in the form that an import reads."""

from collections.abc import Iterable, Iterator

from signoff.models import Partner
from signoff.services.partners.partner_changes import form_of
from signoff.services.partners.partner_files import COLUMNS


def exported_rows(partners: Iterable[Partner]) -> Iterator[tuple[str, ...]]:
    """Partners as rows that an import reads: the column names, then a row for each contact."""
    yield COLUMNS
    for partner in partners:
        form = form_of(partner)
        names = [";".join(values) for values in (form.public_names, form.aliases)]
        own = (form.name, *names, form.website, form.level, ";".join(form.tags))
        more = [";".join(values) for values in (form.places, form.expertise, form.networks)]
        said = (*more, form.parent, form.joined_year, form.language, form.notes)
        people = partner.people
        for number, item in enumerate(people):
            is_first, may_answer = number == 0, "yes" if item.may_answer else "no"
            person = (item.full_name, item.email, item.job_title, may_answer)
            yield (*own, *person, *said) if is_first else ("",) * len(own) + person + ("",) * len(said)
        if not people:
            yield (*own, "", "", "", "", *said)
