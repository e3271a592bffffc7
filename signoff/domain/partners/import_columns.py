"""Which column of someone's spreadsheet is which of ours: guessed from headings and samples, and written down."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import regex
import unicodedata2

from signoff.domain.partners.levels import level_in


class ImportField(StrEnum):
    """What a column of a partner file may hold; those of a contact may come several times."""

    NAME = "name"
    PUBLIC_NAMES = "public_names"
    ALIASES = "aliases"
    WEBSITE = "website"
    LEVEL = "level"
    TAGS = "tags"
    CONTACT_NAME = "contact_name"
    CONTACT_FIRST_NAME = "contact_first_name"
    CONTACT_LAST_NAME = "contact_last_name"
    CONTACT_EMAIL = "contact_email"
    CONTACT_JOB_TITLE = "contact_job_title"
    MAY_ANSWER = "may_answer"
    PLACES = "places"
    STATE = "state"
    COUNTY = "county"
    CITY = "city"
    EXPERTISE = "expertise"
    NETWORKS = "networks"
    PARENT = "parent"
    JOINED_YEAR = "joined_year"
    LANGUAGE = "language"
    NOTES = "notes"


# What people read for each field.
LABELS: Mapping[ImportField, str] = {
    ImportField.NAME: "Organization",
    ImportField.PUBLIC_NAMES: "Other public names",
    ImportField.ALIASES: "Also known as",
    ImportField.WEBSITE: "Website",
    ImportField.LEVEL: "Level (national, state or local)",
    ImportField.TAGS: "Tags",
    ImportField.CONTACT_NAME: "Contact’s full name",
    ImportField.CONTACT_FIRST_NAME: "Contact’s first name",
    ImportField.CONTACT_LAST_NAME: "Contact’s last name",
    ImportField.CONTACT_EMAIL: "Contact’s email address",
    ImportField.CONTACT_JOB_TITLE: "Contact’s job title",
    ImportField.MAY_ANSWER: "Contact may answer (yes or no)",
    ImportField.PLACES: "Places where it works",
    ImportField.STATE: "State where it works",
    ImportField.COUNTY: "County where it works",
    ImportField.CITY: "City where it works",
    ImportField.EXPERTISE: "Expertise",
    ImportField.NETWORKS: "Networks",
    ImportField.PARENT: "Parent organization",
    ImportField.JOINED_YEAR: "Year it joined",
    ImportField.LANGUAGE: "Language",
    ImportField.NOTES: "Notes for staff",
}

# Of one partner there is one; of the others a file may have several columns.
ONLY_ONCE = frozenset(
    [
        *(ImportField.NAME, ImportField.WEBSITE, ImportField.LEVEL, ImportField.STATE, ImportField.COUNTY),
        *(ImportField.CITY, ImportField.PARENT, ImportField.JOINED_YEAR, ImportField.LANGUAGE, ImportField.NOTES),
    ]
)
# What an import takes and an export writes in another column.
PARTS = frozenset(
    [
        *(ImportField.CONTACT_FIRST_NAME, ImportField.CONTACT_LAST_NAME),
        *(ImportField.STATE, ImportField.COUNTY, ImportField.CITY),
    ]
)

Columns = Mapping[int, ImportField]  # by the number of the column, from zero

_WORD = regex.compile(r"[\p{L}\p{N}]+")
_WITHIN_A_WORD = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})")  # LastName
_ONE_WORD = regex.compile(r"\b(?:LinkedIn|YouTube|PayPal|TikTok)\b")
_PAGES_ELSEWHERE = frozenset(["logo", "linkedin", "twitter", "facebook", "instagram", "youtube", "tiktok", "paypal"])
_EMAIL = regex.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEBSITE = regex.compile(r"(?i)(https?://|www\.)\S+")
_YES_OR_NO = frozenset(["yes", "no", "y", "n", "true", "false", "si", "x", "1", "0", "oui", "non", "ja", "nein"])


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# In English, Spanish, and what Excel's users write in French and German.
_ORGANIZATION = _words(
    "organization organizations organisation organizacion org company employer account group institution union"
    " association agency partner member nonprofit ngo entidad empresa asociacion grupo socio institucion compania"
    " organisme association societe verein verband firma coalition entity business signatory"
)
_NAMED = _words("name nombre nom named called llama")
_FULL = _words("full complete completo whole the of de")
_PERSON = _words(
    "contact contacto person persona representative representante signer signed signing authorized your tu su"
    " ansprechpartner ansprechpartnerin kontakt kontaktperson responsable individual point director president"
    " presidente presidenta superintendent superintendente principal chair chairperson ceo"
)
_FIRST = _words("first given vorname prenom fname")
_LAST = _words("last surname family apellido apellidos nachname lname")
_MAIL = _words("email emails correo courriel mail")
_OF_MAIL = _words("address adresse direccion preferred")
_SITE = _words("website web site url homepage sitio pagina webseite internet webpage domain internetadresse")
_LEVEL = _words("level nivel ebene niveau ambito scope")
_TITLE = _words("title titulo cargo puesto position role funktion fonction occupation ocupacion")
_TAG = _words("tag tags etiqueta etiquetas category categories categoria categorias sector schlagworte")
_OTHER_NAME = _words("alias aliases aka acronym acronyms abbreviation siglas sigla acronimo kurzname sigle nickname")
# Columns about something else, although they name an organization or a person.
_BESIDE_THE_POINT = _words(
    "id type tipo phone telephone telefono tel telefon address direccion adresse street city ciudad zip postal state"
    " county country date since year number count size notes status estado source owner mobile fax logo budget"
    " mission description linkedin twitter facebook opt optin newsletter timestamp created modified updated consent"
    " agree created region district plz ort comments comment comentarios salutation prefix suffix middle language"
    " preferred subscribed unsubscribed bounced members staff employees parent ein"
)
# Bodies by whose name a list of them goes, where nothing else is an organization's.
_BODIES = _words(
    "lea district districts school schools local locals lodge chapter chapters club church congregation college"
    " university distrito escuela sindicato iglesia"
)
_NOT_OF_MAIL = _BESIDE_THE_POINT - _OF_MAIL - _BODIES
_NOT_OF_A_SITE = _BESIDE_THE_POINT - {"address"} - _BODIES
# What a heading says alone, but for words of no weight, about an organization.
_ALONE: Mapping[ImportField, frozenset[str]] = {
    ImportField.STATE: _words("state states estado estados province"),
    ImportField.COUNTY: _words("county counties condado"),
    ImportField.CITY: _words("city ciudad town"),
    ImportField.PLACES: _words("places place locations location regions lugares jurisdiction jurisdictions territory"),
    ImportField.EXPERTISE: _words("expertise specialty specialties especialidad especialidades experiencia focus"),
    ImportField.NETWORKS: _words("network networks red redes coalitions affiliations"),
    ImportField.PARENT: _words("parent affiliate matriz"),
    ImportField.LANGUAGE: _words("language languages idioma"),
    ImportField.NOTES: _words("notes note notas comments remarks"),
}
_NO_WEIGHT = _words(
    "organization organizations org s the of a an our your in where it works served service headquarters area areas"
    " partner primary preferred work staff internal for usa us hq which do does you de la del donde trabaja or"
    " mailing billing shipping physical"
)
_JOINED = _words("joined since membership partner member miembro desde")
_YEAR = _words("year ano since")
_MAY = _words("may can authorized puede autorizado autorizada")
_ANSWERS = _words("answer respond responder")
_ASKS_YES_OR_NO = regex.compile(r"(?i)^\W*(do|does|did|is|are|will|would|can|may|has|have|acepta|autoriza)\b")


def guess_columns(headings: Sequence[str], samples: Sequence[Sequence[str]]) -> dict[int, ImportField]:
    """Which columns most likely hold what; a column about which nothing is likely is left out.

    `samples` are some rows below the headings. Nothing is done by a guess alone: people see it beside the samples.
    """
    exact = {str(field): field for field in ImportField if field is not ImportField.NAME}
    own = [exact.get("_".join(_words_of(heading))) for heading in headings]
    values = [[row[number].strip() for row in samples if row[number].strip()] for number in range(len(headings))]
    guessed = [mine or _guess(heading, held) for mine, heading, held in zip(own, headings, values, strict=True)]
    return _each_once(_with_a_body(headings, values, _with_plain_names(headings, guessed)))


def _words_of(heading: str) -> list[str]:
    parted = _WITHIN_A_WORD.sub(" ", _ONE_WORD.sub(lambda word: word[0].lower(), heading))
    folded = _plain(parted).replace("e mail", "email").replace("e-mail", "email").replace("web site", "website")
    return [match[0] for match in _WORD.finditer(folded.replace("_", " "))]


def _plain(text: str) -> str:
    apart = unicodedata2.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata2.combining(letter)).casefold()


def _guess(heading: str, values: Sequence[str]) -> ImportField | None:
    words = _words_of(heading)
    if by_values := _guess_from(values, words):
        return by_values
    if _ASKS_YES_OR_NO.match(heading) or (values and all(_plain(v) in _YES_OR_NO for v in values)):
        return None
    field = next((field for field, fits in _RULES if fits(frozenset(words))), None) or _guess_alone(frozenset(words))
    is_empty_of_it = field is ImportField.CONTACT_EMAIL and values and not any("@" in value for value in values)
    return None if is_empty_of_it else field


def _guess_alone(words: frozenset[str]) -> ImportField | None:
    if words & _YEAR and words & _JOINED:
        return ImportField.JOINED_YEAR
    telling = words - _NO_WEIGHT
    return next((field for field, said in _ALONE.items() if telling and telling <= said), None)


def _guess_from(values: Sequence[str], words: Sequence[str]) -> ImportField | None:
    def mostly(holds: Callable[[str], object]) -> bool:
        return bool(values) and 3 * sum(bool(holds(value)) for value in values) >= 2 * len(values)

    if mostly(_EMAIL.search):
        return ImportField.CONTACT_EMAIL if not _NOT_OF_MAIL & set(words) else None
    if mostly(_WEBSITE.match):
        return ImportField.WEBSITE if not _PAGES_ELSEWHERE & set(words) else None
    if values and all(_plain(value) in _YES_OR_NO for value in values) and _asks_who_may_answer(words):
        return ImportField.MAY_ANSWER
    if mostly(level_in) and ("state" not in words or {"national", "local"} <= set(words)):
        return ImportField.LEVEL
    return None


def _asks_who_may_answer(words: Sequence[str]) -> bool:
    return bool(_MAY & set(words) and _ANSWERS & set(words))


def _is_about(words: frozenset[str], topic: frozenset[str]) -> bool:
    return bool(words & topic) and not words & _BESIDE_THE_POINT


# The first that fits counts.
_RULES: Sequence[tuple[ImportField, Callable[[frozenset[str]], bool]]] = (
    (
        ImportField.CONTACT_EMAIL,
        lambda words: bool(words & _MAIL) and not words & _NOT_OF_MAIL,
    ),
    (
        ImportField.WEBSITE,
        lambda words: bool(words & _SITE) and not words & _NOT_OF_A_SITE,
    ),
    (ImportField.LEVEL, lambda words: _is_about(words, _LEVEL) or {"national", "state", "local"} <= words),
    (ImportField.ALIASES, lambda words: _is_about(words, _OTHER_NAME) or {"known", "as"} <= words),
    (ImportField.ALIASES, lambda words: {"short", "name"} <= words or {"other", "names"} <= words),
    (ImportField.PUBLIC_NAMES, lambda words: bool(words & {"listed", "appear", "appears", "publicly"})),
    (ImportField.PUBLIC_NAMES, lambda words: {"public", "name"} <= words or {"public", "names"} <= words),
    (ImportField.CONTACT_NAME, lambda words: bool(words & _NAMED and words & _LAST & {"apellidos", "surname"})),
    (ImportField.CONTACT_NAME, lambda words: _is_about(words, _FIRST) and _is_about(words, _LAST)),
    (ImportField.CONTACT_FIRST_NAME, lambda words: _is_about(words, _FIRST)),
    (ImportField.CONTACT_LAST_NAME, lambda words: _is_about(words, _LAST)),
    (ImportField.CONTACT_NAME, lambda words: _is_about(words, _PERSON) and not words & (_ORGANIZATION | _TITLE)),
    (ImportField.CONTACT_NAME, lambda words: bool(words & _PERSON & {"person", "contact"} and words & _NAMED)),
    (ImportField.CONTACT_JOB_TITLE, lambda words: _is_about(words, _TITLE)),
    (ImportField.NAME, lambda words: _is_about(words, _ORGANIZATION)),
    (ImportField.TAGS, lambda words: _is_about(words, _TAG)),
)


def _with_plain_names(headings: Sequence[str], guessed: Sequence[ImportField | None]) -> list[ImportField | None]:
    """A column headed “Name” alone is the organization's, or the person's where another is the organization's."""
    result = list(guessed)
    for number, heading in enumerate(headings):
        words = frozenset(_words_of(heading))
        if result[number] is not None or not words & _NAMED or words - _NAMED - _FULL:
            continue
        if ImportField.NAME not in result:
            result[number] = ImportField.NAME
        elif ImportField.CONTACT_LAST_NAME in result and ImportField.CONTACT_FIRST_NAME not in result:
            result[number] = ImportField.CONTACT_FIRST_NAME
        elif ImportField.CONTACT_NAME not in result and ImportField.CONTACT_FIRST_NAME not in result:
            result[number] = ImportField.CONTACT_NAME
    if ImportField.NAME not in result and ImportField.PUBLIC_NAMES in result:
        result[result.index(ImportField.PUBLIC_NAMES)] = ImportField.NAME
    return result


def _with_a_body(
    headings: Sequence[str], values: Sequence[Sequence[str]], guessed: list[ImportField | None]
) -> list[ImportField | None]:
    """Where no column is the organization's, that of a body by its kind (“LEA Name”, “Local”) is."""
    for number, heading in enumerate(headings if ImportField.NAME not in guessed else ()):
        words = frozenset(_words_of(heading))
        is_a_body = words & _BODIES and words <= _BODIES | _NAMED | _FULL
        holds_names = any(len(value) > 3 and not value.isdigit() for value in values[number])
        if guessed[number] is None and is_a_body and holds_names:
            return [*guessed[:number], ImportField.NAME, *guessed[number + 1 :]]
    return guessed


def _each_once(guessed: Sequence[ImportField | None]) -> dict[int, ImportField]:
    result: dict[int, ImportField] = {}
    for number, field in enumerate(guessed):
        if field is not None and not (field in ONLY_ONCE and field in result.values()):
            result[number] = field
    return result


def column_problems(columns: Columns) -> dict[str, str]:
    """What keeps these columns from being read: one sentence for each problem; empty when nothing does."""
    used = list(columns.values())
    twice = [field for field in ONLY_ONCE if used.count(field) > 1]
    problems = {
        "columns": "" if ImportField.NAME in used else "Please say which column has the organization’s name.",
        **{str(field): f"Two columns are marked “{LABELS[field]}”. Please choose one." for field in twice},
    }
    return {name: sentence for name, sentence in problems.items() if sentence}
