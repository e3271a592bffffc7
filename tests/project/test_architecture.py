"""The house keeps its plan: who imports whom, no circle, no loose modules, no commit below the edge, small files."""

import ast
import re
from functools import cache
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
    "services": {"domain", "evidence", "assist", "models", "db"},
    "db": {"domain", "models", "settings"},
    "paper": {"domain", "settings"},
    "letters": {"domain", "models", "services", "paper", "db", "settings"},
    "backups": {"domain", "evidence", "models", "services", "db", "settings"},
    "oversight": {"evidence", "letters", "settings"},
    "worker": {"domain", "evidence", "models", "services", "letters", "oversight", "db", "settings"},
    "web": {"domain", "evidence", "models", "services", "paper", "letters", "oversight", "db", "settings", "worker"},
}
INNER = ("domain", "evidence", "assist")
# The nouns that services are divided by, and what serves all of them.
NOUNS = {"principles", "positions", "partners", "rounds", "answers", "publications", "outbox", "accounts", "record"}
SHARED = {"act", "locks", "search", "coalition", "slugs"}
MOST_ARROWS = 45
# Functions that take more than six parameters, and need them; a seventh elsewhere belongs into a class.
MANY_PARAMETERS = {"bundle_around", "deliver", "schedule_asking"}
BANNED = re.compile(r"manager|handler|helper|utils|common|misc|\bdata\b|\binfo\b|process|^do_", re.IGNORECASE)


def layer_of(path: Path) -> str:
    inside = path.relative_to(ROOT / "signoff").parts
    return inside[0] if len(inside) > 1 else path.stem


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module that a file imports, and every name it imports of one."""
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return frozenset(names)


def files_of(layer: str) -> list[Path]:
    return [path for path in SOURCES if layer_of(path) == layer]


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_layers_import_only_what_lies_below(layer: str) -> None:
    assert files_of(layer)
    for path in files_of(layer):
        for name in imported(path):
            if name.startswith("signoff."):
                assert name.split(".")[1] in MAY_IMPORT[layer] | {layer}, f"{path} imports {name}"


def test_every_folder_has_its_place_in_the_plan() -> None:
    folders = {path.name for path in (ROOT / "signoff").iterdir() if path.is_dir() and list(path.glob("*.py"))}
    assert folders == MAY_IMPORT.keys() | {"cli", "demo"}
    loose = {path.stem for path in (ROOT / "signoff").glob("*.py")}
    assert loose == {"__init__", "__main__", "settings", "wsgi"}, "a module at the top belongs to a layer"


def rooms_of_services() -> dict[str, list[Path]]:
    """The packages of the services by noun, and each shared module as a room of its own."""
    folder = ROOT / "signoff" / "services"
    rooms: dict[str, list[Path]] = {}
    for path in files_of("services"):
        first = path.relative_to(folder).parts[0].removesuffix(".py")
        if first != "__init__":
            rooms.setdefault(first, []).append(path)
    return rooms


def test_services_are_divided_by_the_nouns() -> None:
    assert rooms_of_services().keys() == NOUNS | SHARED


def arrows_between_services() -> dict[str, set[str]]:
    return {
        room: {
            name.split(".")[2]
            for path in paths
            for name in imported(path)
            if name.startswith("signoff.services.") and name.split(".")[2] not in (room, "act")
        }
        for room, paths in rooms_of_services().items()
    }


def test_arrows_between_services_are_few_and_make_no_circle() -> None:
    arrows = arrows_between_services()
    assert sum(map(len, arrows.values())) <= MOST_ARROWS, arrows
    left = dict(arrows)
    while left:
        free = [room for room, targets in left.items() if not targets & left.keys()]
        assert free, f"a circle among {sorted(left)}: {left}"
        for room in free:
            del left[room]


def test_modules_of_a_layer_import_each_other_in_no_circle() -> None:
    left = {}
    for path in SOURCES:
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        left[own] = {name for name in imported(path) if name.startswith("signoff.") and name != own}
    modules = set(left)
    left = {own: names & modules - {own} for own, names in left.items()}
    # A package imports what it consists of; what it consists of may import a name of the package.
    left = {own: {n for n in names if not own.startswith(f"{n}.")} for own, names in left.items()}
    while left:
        free = [own for own, names in left.items() if not names & left.keys()]
        assert free, f"a circle among {sorted(left)}"
        for own in free:
            del left[own]


def test_the_inner_layers_need_no_framework() -> None:
    for path in SOURCES:
        if layer_of(path) in INNER:
            for name in imported(path):
                assert name.split(".")[0] not in ("flask", "sqlalchemy", "alembic"), path
            assert "datetime.now" not in path.read_text(), f"{path} reads a clock"
            assert "import secrets" not in path.read_text(), f"{path} makes chance"


def test_no_one_imports_web_but_the_edges() -> None:
    for path in SOURCES:
        if layer_of(path) not in ("web", "cli", "demo", "wsgi"):
            assert not any(name.startswith("signoff.web") for name in imported(path)), path


# Of these layers the one named may know these modules only.
NARROW = {
    ("services", "db"): ("signoff.db.comparison",),  # verifying the record compares the schema as well
    ("web", "oversight"): ("signoff.oversight.http_client",),  # a mail service's certificate is fetched within bounds
    ("web", "worker"): (
        "signoff.worker.asking",
        "signoff.worker.condition",
        "signoff.worker.engines",
        "signoff.worker.high_water",
        "signoff.worker.importing",
        "signoff.worker.installation",
    ),
}


@pytest.mark.parametrize(("layer", "below"), NARROW)
def test_some_layers_know_only_a_part_of_another(layer: str, below: str) -> None:
    for path in files_of(layer):
        for name in imported(path):
            if name.startswith(f"signoff.{below}."):
                assert name.startswith(NARROW[layer, below]), f"{path} imports {name}"


def test_nothing_below_the_edge_commits() -> None:
    for path in SOURCES:
        if layer_of(path) in ("domain", "models", "services", "evidence", "assist"):
            assert ".commit()" not in path.read_text(), path


def test_locks_are_taken_by_services_and_in_one_package() -> None:
    for path in SOURCES:
        text = path.read_text()
        if layer_of(path) == "web":
            assert not re.search(r"hold_|services\.locks(\.order)? import .*\bhold\b", text), f"{path} takes a lock"
        if layer_of(path) == "services" and path.parent.name != "locks":
            assert "with_for_update" not in text and "advisory" not in text, f"{path} takes a lock past hold()"


def test_every_file_says_what_it_is_and_stays_small() -> None:
    for path in [*SOURCES, ROOT / "config.py", ROOT / "wsgi.py"]:
        tree = tree_of(path)
        assert ast.get_docstring(tree), f"{path} does not say what it is"
        assert path.read_text().count("\n") <= 300, f"{path} has grown too large"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 40, f"{path}: {node.name} has {length} lines"
                inside = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert not inside, f"{path}: {node.name} imports inside"


def test_functions_take_six_parameters_at_most() -> None:
    over = set()
    for path in [*SOURCES, ROOT / "config.py"]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                given = [arg.arg for arg in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]]
                starred = [arg for arg in (node.args.vararg, node.args.kwarg) if arg]
                if len(given) + len(starred) - (given[:1] in (["self"], ["cls"])) > 6:
                    over.add(node.name)
    assert over == MANY_PARAMETERS


OF_LIBRARIES = ("handle_", "literal_processor", "process_bind_", "process_result_")


def test_names_are_the_words_of_the_house() -> None:
    for path in SOURCES:
        assert not BANNED.search(path.stem), path
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                given = node.name.startswith(OF_LIBRARIES)
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
