"""Settings as the set-up pages take them: each read as it will be at every start."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import request

from signoff.domain.text_input import clean_line, line_problem
from signoff.settings import PREFIX


def read_typed(
    readers: Mapping[str, Callable[[str], Any]], *, fixed: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed for these settings, under their whole names, and what is wrong with which; not of `fixed`."""
    values, problems = {}, {}
    for name, reader in readers.items():
        if name in fixed:
            continue
        typed = clean_line(request.form.get(name, ""))
        values[PREFIX + name] = typed
        problem = line_problem(typed, longest=500, needed=False) or _unreadable(typed, reader)
        if problem:
            problems[name] = problem
    return values, problems


def _unreadable(typed: str, reader: Callable[[str], Any]) -> str:
    try:
        reader(typed)
    except ValueError as problem:
        return f"This {problem}."
    return ""
