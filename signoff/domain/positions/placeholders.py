"""Placeholders: words that are filled in when a text is read; outside the digest, and shown as such."""

import re
from collections.abc import Mapping

# The name between the braces, and what stands there until the text is public.
COMPUTED = {
    "signatory_count": "number of signatories",
    "date": "day of publication",
}
# Never beside a letter or digit: a number must not become part of a name.
_PLACE = re.compile(r"(?<!\w)\{\{ ?(signatory_count|date) ?\}\}(?!\w)")


def has_computed(text: str) -> bool:
    """Whether a text leaves anything to be filled in."""
    return _PLACE.search(text) is not None


_NAMED = re.compile(r"\{\{\s*(signatory_count|date)\s*\}\}")
_WRITTEN = re.compile(r"(\S?)\{\{\s*(?:signatory_count|date)\s*\}\}(\S?)")


def computed_problem(text: str) -> str:
    """What is wrong with where a text leaves words to be filled in: a number must not become part of a name."""
    for before, after in _WRITTEN.findall(text):
        if before not in '(“‘"' or after not in '.,;:!?)”’"':
            return "Please put a space or punctuation before and after words that are filled in."
    return ""


def marked_computed_problem(text: str, read: str) -> str:
    """What is wrong when a text as it is `read`, without Markdown, has other words to be filled in than were typed."""
    if _places(text) != _places(read):
        return "Please do not use Markdown between or inside the braces of words that are filled in."
    return ""


def _places(text: str) -> list[str]:
    return sorted(_NAMED.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A plain text with its computed words; what has no value yet stands in square brackets by its description."""
    return _PLACE.sub(lambda match: values.get(match[1]) or f"[{COMPUTED[match[1]]}]", text)


def filled_pieces(text: str, values: Mapping[str, str]) -> list[tuple[str, bool]]:
    """The same in pieces, each with whether it was filled in."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _PLACE.finditer(text):
        pieces += [(text[end : match.start()], False), (filled(match[0], values), True)]
        end = match.end()
    return [piece for piece in (*pieces, (text[end:], False)) if piece[0]]


def computed_again(words: str) -> str:
    """The place for words that were filled in, or for their description; empty for other words."""
    said = words.strip("[]")
    described = next((name for name, description in COMPUTED.items() if said == description), "")
    counted, dated = re.fullmatch(r"[\d,.\u202f\u00a0 ]+", said), re.fullmatch(r"(?=.*\d{4}).*\d.*", said)
    name = described or ("signatory_count" if counted else "date" if dated else "")
    return f"{{{{{name}}}}}" if name else ""


def filled_html(html: str, values: Mapping[str, str]) -> str:
    """The same for cleaned HTML, each marked as computed; `values` are plain words without markup."""
    return "".join(part if part.startswith("<") else _filled(part, values) for part in _TAG.split(html))


_TAG = re.compile(r"(<[^>]*>)")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(
        lambda match: (
            '<span class="computed" title="Filled in when the page is read; not part of the approved text">'
            f"{values.get(match[1]) or COMPUTED[match[1]]}</span>"
        ),
        text,
    )
