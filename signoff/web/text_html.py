"""What pages add to the HTML of a text: how its blocks read, and boxes in which wide tables scroll."""

import re

_BLOCK = re.compile(r"<(/?)(p|h[2-6]|ul|ol|blockquote|pre|table)(?=[ >])")
_HOLDS_OTHERS = ("ul", "ol", "blockquote", "table")


def with_directions(html: str) -> str:
    """HTML whose outermost blocks each read in the direction of their first letter."""
    depth = 0

    def directed(tag: re.Match[str]) -> str:
        nonlocal depth
        ends, name = tag.groups()
        if name in _HOLDS_OTHERS:
            depth += -1 if ends else 1
        is_outermost = not ends and depth == (name in _HOLDS_OTHERS)
        return f'{tag[0]} dir="auto"' if is_outermost else tag[0]

    return _BLOCK.sub(directed, html)


def with_scrolling_tables(html: str) -> str:
    """HTML whose tables stand in boxes that scroll, also by the keyboard; each with a name of its own."""
    first, *others = html.split("<table")
    boxes = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table {number}"><table{rest}'
        for number, rest in enumerate(others, 1)
    )
    return (first + "".join(boxes)).replace("</table>", "</table></div>")
