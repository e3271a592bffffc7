"""Long lists of names on pages with numbers: no address holds a name, which may be gone tomorrow."""

from dataclasses import dataclass

from flask import request

from signoff.web.request_parsing import whole_number

NAMES_ON_ONE_PAGE = 500


@dataclass(frozen=True)
class NumberedPage:
    """One page of a list: its number from 1 on, of how many pages, and how many items stand before it and on it."""

    number: int
    pages: int
    before: int
    items: int


def page_asked(items: int, size: int) -> NumberedPage:
    """The page that `?page=` asks for of so many items, so many to a page; the nearest where there is no such page."""
    pages = max(1, -(-items // size))
    number = min(pages, max(1, whole_number(request.args.get("page", "")) or 1))
    before = (number - 1) * size
    return NumberedPage(number, pages, before, min(size, items - before))
