"""The docs say what is true: settings, commands, addresses, words and files are compared with the code."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from bench import positions
from bench.suggestions import looked_for, table, warned
from signoff.assist.suggesting import suggest
from signoff.cli import main
from signoff.services.partners.partner_files import COLUMNS
from signoff.services.principles.editions import first_edition
from signoff.settings import SETTINGS
from signoff.web.help_links import HELP

ROOT = Path(__file__).parents[2]
DOCS = {path.name: path.read_text() for path in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]}


def test_every_setting_is_described_as_it_is() -> None:
    rows = re.findall(r"^\| `SIGNOFF_(\w+)` \| (.*?) \| (.*?) \|$", DOCS["operators.md"], re.MULTILINE)
    assert rows == [(s.name, s.default or "(empty)", s.meaning) for s in SETTINGS]


def test_every_command_is_described() -> None:
    documented = set(re.findall(r"^\| `signoff ([a-z -]+)` \|", DOCS["operators.md"], re.MULTILINE))
    assert documented == set(_commands(main, ""))


def _commands(group: click.Group, prefix: str) -> list[str]:
    commands = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = _commands(command, f"{prefix}{name} ") if isinstance(command, click.Group) else [prefix + name]
        commands += inner
    return commands


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_every_address_is_described(app: Flask) -> None:
    documented = set(re.findall(r"`(/[^`]*)`", DOCS["developers.md"].split("## Addresses")[1].split("##")[0]))
    rules = {re.sub(r"<(?:[^:>]*:)?([^>]*)>", r"<\1>", rule.rule) for rule in app.url_map.iter_rules()}
    pages = {rule for rule in rules if not rule.startswith(("/api/", "/static"))}
    assert documented - {"/api/v1/", "/api/v1/openapi.json"} == pages


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_description_of_the_api_is_the_api(app: Flask) -> None:
    description = app.test_client().get("/api/v1/openapi.json").get_json()
    assert description and description["openapi"] == "3.1.0"
    described = {
        (method.upper(), path)
        for path, calls in description["paths"].items()
        for method in calls
        if method in ("get", "post", "put", "patch", "delete")
    }
    calls = {
        (method, re.sub(r"<(?:[^:>]*:)?([^>]*)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1") and rule.endpoint != "api.reference"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == calls


def test_the_words_of_the_handbook_are_the_words_of_the_code() -> None:
    words = re.findall(r"^\| ([a-z ]+) \| [^|]+ \|$", DOCS["handbook.md"].split("## Words")[1], re.MULTILINE)
    assert len(words) >= 16
    code = " ".join(path.read_text() for path in (ROOT / "signoff").rglob("*.py"))
    for word in words:
        if word != "word":
            assert re.search(rf"\b{word.replace(' ', '[ _]?')}", code, re.IGNORECASE), word


def test_every_file_that_the_docs_name_exists() -> None:
    for name, text in DOCS.items():
        for path in re.findall(
            r"`((?:signoff|tests|docs|bench|examples|templates|models|services|domain)/[\w./]+)`", text
        ):
            candidates = [ROOT / path, ROOT / "signoff" / path]
            assert any(candidate.exists() for candidate in candidates), f"{name} names {path}"
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            base = ROOT if name == "README.md" else ROOT / "docs"
            assert (base / link).exists(), f"{name} links {link}"


def test_every_make_target_that_the_docs_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for name, text in DOCS.items():
        for target in re.findall(r"`make ([a-z-]+)`", text):
            assert target in targets, f"{name} names make {target}"


def test_the_partner_files_columns_are_the_ones_that_are_read() -> None:
    documented = DOCS["operators.md"].replace("\n", "").replace(" ", "")
    assert ",".join(COLUMNS) in documented
    assert (ROOT / "examples" / "partners.csv").read_text().splitlines()[0] == ",".join(COLUMNS)


def test_the_tables_of_suggestions_are_what_the_benchmark_counts() -> None:
    whole, _, short = DOCS["suggestions.md"].partition("## Short texts")
    looked = looked_for(first_edition().criteria)
    for row in positions.table(lambda blocks: suggest(blocks, looked)):
        assert row in whole, row
    rows = [line for line in short.splitlines() if re.match(r"\| [A-Z].*\| \d", line)]
    counted = table("unseen")
    # Without the extra `bench` the columns of TF-IDF are not counted; CI installs it.
    assert len(rows) == len(counted) and all(map(str.startswith, rows, counted)), rows
    warnings, traps = warned("unseen")
    assert f"Of the {traps} traps, {warnings} were marked" in short


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_every_page_that_offers_help_has_a_part_of_the_handbook(app: Flask) -> None:
    assert set(HELP) <= set(app.view_functions)
    parts = {
        heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", DOCS["handbook.md"], re.MULTILINE)
    }
    assert set(HELP.values()) <= parts
