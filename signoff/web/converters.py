"""Which parts an address may have: slugs, and numbers that the database can hold."""

import unicodedata2
from werkzeug.routing import BaseConverter, IntegerConverter, Map


class SlugConverter(BaseConverter):
    """Words joined by hyphens, in small letters of any script; however a browser composed them."""

    regex = "[a-z0-9\u00aa-\U0010ffff]+(?:-[a-z0-9\u00aa-\U0010ffff]+)*"
    part_isolating = True

    def to_python(self, value: str) -> str:
        """The slug as it is kept."""
        composed: str = unicodedata2.normalize("NFC", value)
        return composed


class NumberConverter(IntegerConverter):
    """A number of a version or of a row."""

    def __init__(self, addresses: Map) -> None:
        super().__init__(addresses, max=2**31 - 1)
