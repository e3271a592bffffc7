"""Names under which browsers save what they are given, in the letters of every script."""

from typing import TypeVar
from urllib.parse import quote

from werkzeug.wrappers import Response

Some = TypeVar("Some", bound=Response)


def named(response: Some, name: str, *, shown: bool = False) -> Some:
    """The response with the name of its file; it is shown in the browser, or saved."""
    plain = name.encode("ascii", "ignore").decode().strip("-.")
    also = "" if name.isascii() else f"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{plain}"{also}'
    return response
