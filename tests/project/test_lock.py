"""The locks hold every direct dependency with hashes, and name no registry."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def named(requirements: list[str]) -> set[str]:
    """The distributions that these requirements name, with those of our own extras among them."""
    result: set[str] = set()
    for requirement in requirements:
        if own := re.fullmatch(r"signoff\[([\w,]+)\]", requirement):
            result |= named([item for extra in own[1].split(",") for item in EXTRAS[extra]])
        else:
            name = re.match(r"[\w.-]+", requirement)
            assert name, requirement
            result.add(re.sub(r"[-_.]+", "-", name[0]).lower())
    return result


@pytest.mark.parametrize(("lock", "extra"), [("run.txt", "postgresql"), ("dev.txt", "dev")])
def test_a_lock_pins_what_the_project_names(lock: str, extra: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    pinned = re.findall(r"^([\w.-]+)==[^\n]*((?:\n    --hash=\S+(?: \\)?)+)", text, re.MULTILINE)
    assert named(PROJECT["dependencies"] + EXTRAS[extra]) <= {name for name, _ in pinned}, "run `make lock`"
    assert len(pinned) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)), "a line without a hash"
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links", text)


def test_what_few_need_is_no_part_of_dev() -> None:
    assert not named(EXTRAS["dev"]) & (named(EXTRAS["bench"]) | named(EXTRAS["torture"]))
    others = set(EXTRAS) - {"dev", "bench", "torture"}
    assert all(named(EXTRAS[extra]) <= named(EXTRAS["dev"]) for extra in others)
