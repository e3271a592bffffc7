"""The house stays as it was drawn: who imports whom, no commits below the edge, small rooms, honest names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "signoff").rglob("*.py"))

# Each layer and what it may import of the project, besides itself. Letters read what services know; no service
# knows how a letter is written.
MAY_IMPORT = {
    "domain": set(),
    "evidence": set(),
    "assist": set(),
    "models": {"domain"},
    "db": {"models"},
    "services": {"domain", "evidence", "assist", "models", "db", "paths"},
    "letters": {"domain", "models", "services", "database", "settings", "paths", "statements"},
    "web": {
        "domain",
        "evidence",
        "models",
        "services",
        "letters",
        "database",
        "database_errors",
        "write_queue",
        "settings",
        "paths",
        "schema",
        "engines",
        "importing",
        "log_masking",
    },
}
STANDARD_ONLY = ("domain", "evidence", "assist")
BANNED = re.compile(r"manager|handler|helper|utils|common|misc|\bdata\b|\binfo\b|process|^do_", re.IGNORECASE)


def layer_of(path: Path) -> str:
    inside = path.relative_to(ROOT / "signoff").parts
    return inside[0] if len(inside) > 1 else path.stem


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_layers_import_only_what_lies_below(layer: str) -> None:
    files = [path for path in SOURCES if layer_of(path) == layer]
    assert files
    for path in files:
        for name in imported(path):
            if name.startswith("signoff."):
                assert name.split(".")[1] in MAY_IMPORT[layer] | {layer}, f"{path.name} imports {name}"


def test_the_inner_layers_need_no_library() -> None:
    for path in SOURCES:
        if layer_of(path) in STANDARD_ONLY:
            for name in imported(path):
                assert name.split(".")[0] not in ("flask", "sqlalchemy", "alembic"), path
            assert "datetime.now" not in path.read_text(), f"{path} reads a clock"
            assert "import secrets" not in path.read_text(), f"{path} makes chance"


def test_nobody_imports_web_but_the_edges() -> None:
    for path in SOURCES:
        if layer_of(path) not in ("web", "cli", "letters_commands", "partner_commands", "worker_command", "demo"):
            assert not any(name.startswith("signoff.web") for name in imported(path)), path


def test_nothing_below_the_edge_commits() -> None:
    for path in SOURCES:
        if layer_of(path) in ("domain", "models", "services", "evidence", "assist"):
            assert ".commit()" not in path.read_text(), path


def test_every_file_says_what_it_is_and_stays_small() -> None:
    for path in [*SOURCES, ROOT / "config.py", ROOT / "wsgi.py"]:
        tree = ast.parse(path.read_text())
        assert ast.get_docstring(tree), f"{path} does not say what it is"
        assert path.read_text().count("\n") <= 300, f"{path} has grown too large"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 40, f"{path}: {node.name} has {length} lines"
                inside = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert not inside, f"{path}: {node.name} imports inside"


def test_names_are_the_words_of_the_house() -> None:
    for path in SOURCES:
        assert not BANNED.search(path.stem), path
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                given = node.name.startswith(("handle_", "process_bind_", "process_result_"))  # names of libraries
                assert given or not BANNED.search(node.name), f"{path}: {node.name}"


def test_templates_trust_no_text_and_load_nothing_from_elsewhere() -> None:
    templates = sorted((ROOT / "templates").rglob("*.*"))
    assert len(templates) > 25
    for path in templates:
        text = path.read_text()
        for forbidden in ("|safe", "| safe", "onclick=", "<script>", "//cdn", 'style="'):
            assert forbidden not in text, f"{path}: {forbidden}"


def test_nothing_is_left_to_be_done() -> None:
    for path in [*SOURCES, *(ROOT / "templates").rglob("*.*"), *(ROOT / "docs").rglob("*.md")]:
        if path.suffix in (".py", ".html", ".md", ".css", ".js"):
            assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError", path.read_text()), path
