"""Questions about names on pages and in the API, and the answers to them."""

from collections.abc import Mapping
from typing import Any

from signoff.domain.errors import NamesInDoubt
from signoff.domain.partners.name_conflicts import Answers, NameConflict
from signoff.models import Partner
from signoff.services.partners.name_conflicts import shared_addresses
from signoff.services.partners.partners import PartnerForm
from signoff.web.installation import db

_FIELD = "answer:"


def questions_of(refusal: NamesInDoubt) -> tuple[dict[str, Any], ...]:
    """The questions as programs read them."""
    return tuple(
        {
            "name": question.typed,
            "partner": question.registered.slug,
            "registered": question.registered.name,
            "reads_alike": question.reads_alike,
            "answers": [choice.value for choice in question.choices],
            "text": question.sentence,
        }
        for question in refusal.questions
    )


def field_of(conflict: NameConflict) -> str:
    """The name of the form field that answers this question."""
    return f"{_FIELD}{conflict.registered.slug}:{conflict.typed}"


def answers_in(form: Mapping[str, str]) -> Answers:
    """What a form answers about names."""
    given = {}
    for field, answer in form.items():
        if field.startswith(_FIELD):
            slug, _, typed = field.removeprefix(_FIELD).partition(":")
            given[typed, slug] = answer
    return given


def shared_with(partner: Partner, form: PartnerForm) -> list[str]:
    """Sentences about other partners with the same website or mail domain; they are shown, never asked about."""
    form = form.cleaned()
    return shared_addresses(db(), form.website, [contact.email for contact in form.contacts], besides=partner)
