"""The styles by which a Word file says what each paragraph is of a text, and what is no part of it.

The reader of files finds them again by their names; a word processor keeps those, and shows each style as the one that
it is based on.
"""

import re

from signoff.domain.positions.fields import FIELD_NAMES, field_named
from signoff.domain.positions.files.own_lines import COMPUTED, LINK_NUMBER, PREFIX
from signoff.paper.word.markup import element

COMPUTED_STYLE, LINK_NUMBER_STYLE = "SignoffComputed", "SignoffLinkNumber"
_BEGINS = re.compile(r'<w:p>(?P<set><w:pPr>(?:<w:pStyle w:val="(?P<base>\w+)"/>)?)?')
_USED = re.compile(r'<w:pStyle w:val="(Signoff-(\w+)-(\w+))"/>')
_OF_WORDS = {COMPUTED_STYLE: (COMPUTED, ""), LINK_NUMBER_STYLE: (LINK_NUMBER, element("vertAlign", val="superscript"))}


def marked(blocks: str, what: str) -> str:
    """The markup of paragraphs that look the same, in styles that say what they are: a field, or another word."""

    def begun(match: re.Match[str]) -> str:
        style = element("pStyle", val=f"Signoff-{match['base'] or 'Normal'}-{what}")
        return f"<w:p><w:pPr>{style}{'' if match['set'] else '</w:pPr>'}"

    return _BEGINS.sub(begun, blocks)


def own_styles(body: str) -> str:
    """The definitions of all styles of this kind that a body uses, and of those for words."""
    used = dict.fromkeys(_USED.findall(body))
    return "".join(
        _style("paragraph", made, f"{what} ({base})", _based(base, what)) for made, base, what in used
    ) + "".join(
        _style("character", made, name, element("rPr", look) if look else "")
        for made, (name, look) in _OF_WORDS.items()
    )


def _based(base: str, what: str) -> str:
    # What is written below a part of one line, or below a line of ours, is text.
    is_one = what not in FIELD_NAMES or not field_named(what).lines
    return element("basedOn", val=base) + (element("next", val="Normal") if is_one else "")


def _style(kind: str, made: str, name: str, more: str) -> str:
    said = element("name", val=f"{PREFIX}{name.replace('_', ' ')}") + more
    return element("style", said, type=kind, customStyle=1, styleId=made)
