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
        people = partner.people
        for number, item in enumerate(people):
            row = own if number == 0 else ("",) * len(own)
            may_answer = "yes" if item.may_answer else "no"
            yield (*row, item.full_name, item.email, item.job_title, may_answer)
        if not people:
            yield (*own, "", "", "", "")
