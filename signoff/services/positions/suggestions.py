"""Suggestions for the check of a version, from the word lists of an edition; they are shown, and stored nowhere."""

from signoff.assist.suggesting import CriterionWords, Suggestion, likeliest, suggest
from signoff.domain.positions.markdown import blocks_of
from signoff.models import Criterion, PrinciplesEdition, Version
from signoff.services.principles.editions import criterion_text


def suggestions_for(version: Version, edition: PrinciplesEdition) -> dict[str, Suggestion]:
    """What may help a reviewer with each criterion of an edition, by the criterion's key."""
    blocks = [version.title, *version.summary.split("\n"), *blocks_of(version.body)]
    return suggest(blocks, [_looked(criterion) for criterion in edition.criteria])


def bears_on(suggestions: dict[str, Suggestion], edition: PrinciplesEdition, *, most: int = 3) -> list[Criterion]:
    """The criteria a text seems to bear on most, likeliest first; only those for which passages are shown."""
    by_key = {criterion.key: criterion for criterion in edition.criteria}
    return [by_key[key] for key in likeliest(suggestions) if suggestions[key].passages][:most]


def _looked(criterion: Criterion) -> CriterionWords:
    listed = criterion_text(criterion)
    return CriterionWords(listed.key, listed.words, [(item.words, item.why) for item in listed.deceptive])
