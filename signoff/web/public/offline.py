"""The scripts and the stylesheet of the page that verifies, as one file carries them."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from signoff.settings import PACKAGE

_FOLDER = PACKAGE / "static" / "verify"
_ENTRY = "page"
_IMPORT = re.compile(r'^import [^;]*? from "\./(\w+)\.js";\n', re.MULTILINE)
_NAME = re.compile(r"^(?:export )?(?:async )?(?:const|class|function\*?) (\w+)", re.MULTILINE)


@cache
def one_script() -> str:
    """The modules one after another, each after those that it imports; ValueError when two define one name."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.js"))}
    ordered = _ordered(sources, _ENTRY)
    names = [name for module in ordered for name in _NAME.findall(sources[module])]
    if len(set(names)) != len(names):
        raise ValueError(f"modules define a name twice: {sorted(name for name in names if names.count(name) > 1)}")
    parts = (_IMPORT.sub("", sources[module]) for module in ordered)
    return "\n".join(re.sub(r"^export ", "", part, flags=re.MULTILINE) for part in parts)


def _ordered(sources: dict[str, str], module: str, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    for needed in _IMPORT.findall(sources[module]):
        if needed not in before:
            before = _ordered(sources, needed, before)
    return (*before, module)


@cache
def style() -> str:
    """The stylesheet."""
    return Path(PACKAGE / "static" / "signoff.css").read_text(encoding="utf-8")


def policy(script: str, sheet: str) -> str:
    """What a page with this script and stylesheet may do: run them, and nothing else; it reaches no network."""
    return f"default-src 'none'; script-src {_source(script)}; style-src {_source(sheet)}; base-uri 'none'"


def _source(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
