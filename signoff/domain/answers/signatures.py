"""Signatures: whether a typed name is the name of the person a link was sent to."""

from signoff.domain.partners.folding import person_key

# Said before or after a name or left out; what tells a son from a father, such as Jr. or III, is part of the name.
_BEFORE = frozenset({"dr", "hon", "mr", "mrs", "ms", "mx", "prof", "professor", "rev", "reverend"})
_AFTER = frozenset({"edd", "edm", "esq", "jd", "lcsw", "mba", "med", "mpa", "mph", "msw", "phd", "md"})


def same_person(typed: str, registered: str) -> bool:
    """Whether a typed full name is the registered one, judged by letters and digits alone.

    Titles, degrees and a middle initial that only one of them has are forgiven; another initial is another person.
    """
    if not (key := person_key(typed)):
        return False
    if key == person_key(registered):
        return True
    ours, theirs = _words(typed), _words(registered)
    if ours == theirs:
        return True
    ours_bare, theirs_bare = _without_initials(ours), _without_initials(theirs)
    return ours_bare == theirs_bare and (ours == ours_bare or theirs == theirs_bare)


def _words(name: str) -> list[str]:
    words = [key for word in name.replace(",", " ").split() if (key := person_key(word))]
    while len(words) > 2 and words[0] in _BEFORE:
        del words[0]
    while len(words) > 2 and words[-1] in _AFTER:
        del words[-1]
    return words


def _without_initials(words: list[str]) -> list[str]:
    return [*words[:1], *(word for word in words[1:-1] if len(word) > 1), *words[-1:]]
