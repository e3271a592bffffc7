"""Writes the verifier as one file that runs alone, with `cryptography` as its only need.

The file is these modules one after another, so it cannot differ from what the program itself verifies with. To make it:
`python -m signoff.evidence.standalone > verifier.py`.
"""

import ast
import sys
from collections.abc import Iterator
from importlib.resources import files

MODULES = (
    "canonical",
    "merkle",
    "notes",
    "strict_json",
    "shapes",
    "leaves",
    "heads",
    "log_leaves",
    "key_changes",
    "public_state",
    "anchors",
    "approved_text",
    "position_bundles",
    "partner_proofs",
    "attachments",
    "comparison",
    "sentences",
    "verifier",
)
_OURS = "signoff.evidence."
_HEADER = '''"""Verifies the bundles and partners' proofs of Signoff; it runs alone: python verifier.py FILE

It needs Python 3.11 or newer and the package cryptography (pip install cryptography), and no network. The format is
described in docs/evidence.md of Signoff. License: MIT, the Signoff contributors.
"""
'''
_NEEDED = """
try:
{imports}
except ImportError:
    sys.exit("This verifier needs the package cryptography. Install it with: pip install cryptography")
"""


def standalone() -> str:
    """The source of the verifier in one file; ValueError when two of its modules use one name for two things."""
    sources = {name: (files("signoff.evidence") / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    trees = {name: ast.parse(source) for name, source in sources.items()}
    _ensure_names_differ(trees)
    imports = {line for tree in trees.values() for line in _imports(tree)}
    needed = sorted(line for line in imports if " cryptography" in line)
    parts = [_HEADER, *sorted(imports - set(needed), key=lambda line: (line.startswith("from"), line))]
    parts.append(_NEEDED.format(imports="\n".join(f"    {line}" for line in needed)))
    parts += [_body(name, sources[name], trees[name]) for name in MODULES]
    return "\n".join(parts)


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (f"import {alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith(_OURS):
            for alias in node.names:
                yield f"from {node.module} import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")


def _body(name: str, source: str, tree: ast.Module) -> str:
    lines = source.split("\n")
    renamed = []
    for node in tree.body:
        is_docstring = node is tree.body[0] and isinstance(node, ast.Expr)
        if is_docstring or isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or 0) - node.lineno + 1)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OURS):
            renamed += [f"{alias.asname} = {alias.name}" for alias in node.names if alias.asname]
    title = (ast.get_docstring(tree) or "").split("\n")[0]
    return "\n".join([f"\n# {name}: {title}\n", *renamed, "\n".join(lines).strip("\n"), ""])


def _ensure_names_differ(trees: dict[str, ast.Module]) -> None:
    seen: dict[str, str] = {}
    for module, tree in trees.items():
        for name in _defined(tree):
            if seen.setdefault(name, module) != module:
                raise ValueError(f"{seen[name]} and {module} both define {name}")


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign():
                yield from (target.id for target in node.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


if __name__ == "__main__":
    sys.stdout.write(standalone())
