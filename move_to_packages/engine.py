"""Rewrite a tree of Python by a mapping of modules and names: moves, merges, splits, renames. See mapping.py."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

INTERNAL = ("signoff", "tests", "bench", "docs")


def module_name(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def module_path(name: str, packages: set[str]) -> str:
    base = name.replace(".", "/")
    return f"{base}/__init__.py" if name in packages else f"{base}.py"


@dataclass
class Block:
    """One top-level statement with the comments above it."""

    node: ast.stmt
    first: int  # 0-based line where its text begins (comments included)
    last: int  # exclusive
    names: list[str]
    source: str  # module it comes from


class Module:
    def __init__(self, path: str, text: str) -> None:
        self.path, self.name, self.text = path, module_name(path), text
        self.is_package = path.endswith("__init__.py")
        self.lines = text.splitlines(keepends=True)
        self.tree = ast.parse(text)
        self.docstring_end = 0
        self.blocks: list[Block] = []
        body = self.tree.body
        start = 0
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
            start = body[0].end_lineno or 0
            body = body[1:]
        self.docstring_end = start
        for node in body:
            first = start
            while first < len(self.lines) and not self.lines[first].strip():
                first += 1
            self.blocks.append(Block(node, first, node.end_lineno or 0, names_of(node), self.name))
            start = node.end_lineno or 0
        self.tail = "".join(self.lines[start:]).strip("\n")
        self.defined = {name for block in self.blocks for name in block.names}

    def text_of(self, block: Block, edits: dict | None = None) -> str:
        return "".join(self.lines[block.first : block.last])


def names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    if isinstance(node, (ast.AnnAssign, ast.AugAssign)) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.Try):
        return [a.asname or a.name for n in node.body if isinstance(n, ast.ImportFrom) for a in n.names]
    if isinstance(node, ast.TypeAlias if hasattr(ast, "TypeAlias") else ()):
        return [node.name.id]
    return []


def all_identifiers(tree: ast.AST, *, attributes: bool = False) -> set[str]:
    found = set()
    for n in ast.walk(tree):
        if isinstance(n, ast.Name):
            found.add(n.id)
        elif isinstance(n, ast.arg):
            found.add(n.arg)
        elif isinstance(n, (ast.FunctionDef, ast.ClassDef)):
            found.add(n.name)
        elif isinstance(n, ast.alias):
            found.add(n.asname or n.name)
        elif isinstance(n, ast.Attribute) and attributes:
            found.add(n.attr)
    return found


def is_import(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


_USED: dict[int, tuple[ast.AST, set[str]]] = {}


def used_names(node: ast.AST) -> set[str]:
    if id(node) not in _USED:
        _USED[id(node)] = (node, _used_names(node))
    return _USED[id(node)][1]


def _used_names(node: ast.AST) -> set[str]:
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    for n in ast.walk(node):  # names within string annotations
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and len(n.value) < 100 and re.fullmatch(r"[\w\[\], .|]+", n.value) and re.search(r"[A-Z_]", n.value) and " " not in n.value.split("[")[0]:
            try:
                found |= {m.id for m in ast.walk(ast.parse(n.value, mode="eval")) if isinstance(m, ast.Name)}
            except (SyntaxError, ValueError):
                pass
    return found


def pruned(imports: list[str], body: str) -> list[str]:
    """Only those imported names that the body uses; the rest came with another part of a split module."""
    used = used_names(ast.parse(body)) | {
        e.value for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in n.targets)
        for e in ast.walk(n.value) if isinstance(e, ast.Constant)
    }
    kept = []
    for text in imports:
        comment = "  " + text[text.index("#") :] if "#" in text else ""
        for node in ast.parse(text).body:
            aliases = [a for a in node.names if (a.asname or a.name).split(".")[0] in used or getattr(node, "module", "") == "__future__"]
            if aliases:
                names = ", ".join(f"{a.name} as {a.asname}" if a.asname else a.name for a in aliases)
                line = f"from {node.module} import {names}" if isinstance(node, ast.ImportFrom) else f"import {names}"
                if line + comment not in kept:
                    kept.append(line + comment)
    return kept


class Move:
    def __init__(self, root: Path, mapping) -> None:
        self.root, self.m = root, mapping
        listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split("\n")
        self.files = [f for f in listed if f and (root / f).exists()]
        self.modules: dict[str, Module] = {}
        for path in self.files:
            if path.endswith(".py"):
                module = Module(path, (root / path).read_text())
                self.modules[module.name] = module
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.module_home: dict[str, str] = {}
        self._assign_modules()
        self.symbol_home: dict[tuple[str, str], str] = {}
        self._assign_symbols()

    # -- where things go
    def _assign_modules(self) -> None:
        known = self.m.MODULES
        used = set()
        for name, module in self.modules.items():
            top = name.split(".")[0]
            if name in known:
                self.module_home[name] = known[name] or name
                used.add(name)
            elif top == "signoff" or top == "tests":
                if any(name == keep or name.startswith(keep + ".") for keep in self.m.KEEP):
                    self.module_home[name] = name
                elif name in set(known.values()):
                    self.module_home[name] = name  # it is where it should be already
                elif top == "tests":
                    self.notes.append(f"stays: {name}")
                    self.module_home[name] = name
                else:
                    self.problems.append(f"unknown module {name}: {(module.text.splitlines() or [''])[0]}")
                    self.module_home[name] = name
            else:
                self.module_home[name] = name
        self.gone = sorted(set(known) - used)

    def _assign_symbols(self) -> None:
        for name, module in self.modules.items():
            default = self.module_home[name]
            rules = {s: t for (m, s), t in self.m.SYMBOLS.items() if m == name}
            for symbol in rules:
                if symbol not in module.defined:
                    self.notes.append(f"mapping names {name}:{symbol}, which is not there")
            split_default = self.m.SPLIT_MUST_NAME_ALL.get(name)
            targets: dict[str, str] = {}
            for symbol in module.defined:
                targets[symbol] = rules.get(symbol, default)
                if split_default and symbol not in rules and not symbol.startswith("_"):
                    self.problems.append(f"{name}:{symbol} has no place; add it to SYMBOLS")
            if rules or split_default:
                self._private_follow(module, targets, rules, default)
            for symbol, target in targets.items():
                self.symbol_home[(name, symbol)] = target

    def _private_follow(self, module: Module, targets: dict[str, str], rules: dict[str, str], default: str) -> None:
        users: dict[str, set[str]] = defaultdict(set)  # private name -> symbols using it
        for block in module.blocks:
            for used in used_names(block.node) & module.defined:
                for owner in block.names or ["<module>"]:
                    if owner != used:
                        users[used].add(owner)
        for _ in range(20):
            changed = False
            for symbol in module.defined:
                if symbol in rules or not symbol.startswith("_"):
                    continue
                homes = {default if owner == "<module>" else targets[owner] for owner in users[symbol]}
                if len(homes) == 1 and targets[symbol] not in homes:
                    targets[symbol] = homes.pop()
                    changed = True
            if not changed:
                break
        for symbol in module.defined:
            if symbol.startswith("_"):
                homes = {default if owner == "<module>" else targets[owner] for owner in users[symbol]}
                if homes - {targets[symbol]} and (module.name, symbol) not in self.m.RENAMES:
                    self.problems.append(f"{module.name}:{symbol} is private and used from {sorted(homes)}; rename or place it")

    # -- names
    def home_of(self, module: str, symbol: str) -> tuple[str, str]:
        """Where a name imported from an old module lives now, and what it is called."""
        new = self.m.RENAMES.get((module, symbol), symbol)
        if (module, symbol) in self.symbol_home:
            return self.symbol_home[(module, symbol)], new
        return self.module_home.get(module, module), new

    def import_lines(self, node: ast.ImportFrom, own: str, comment: str, renames_modules: dict[str, str], own_old: str) -> list[str]:
        groups: dict[str, list[str]] = defaultdict(list)
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            if full in self.modules and ((node.module, alias.name) not in self.symbol_home or node.module == own_old):
                new = self.module_home[full]
                parent, _, base = new.rpartition(".")
                if alias.asname:
                    groups[parent].append(f"{base} as {alias.asname}")
                else:
                    if base != alias.name:
                        renames_modules[alias.name] = base
                    groups[parent].append(base)
                continue
            home, new_name = self.home_of(node.module or "", alias.name)
            if home == own:
                continue
            if alias.asname and alias.asname != new_name:
                groups[home].append(f"{new_name} as {alias.asname}")
            else:
                groups[home].append(new_name)
        return [f"from {home} import {', '.join(sorted(set(names)))}{comment}" for home, names in groups.items()]

    def rewritten(self, module: Module, own: str) -> tuple[list[str], dict[int, list[str]]]:
        """The module's lines with imports and renamed identifiers in place."""
        lines = list(module.lines)
        edits: list[tuple[int, int, int, int, str]] = []
        modules_renamed: dict[str, str] = {}
        renamed_here: dict[str, str] = {}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in INTERNAL and node.level == 0:
                for alias in node.names:
                    new = self.m.RENAMES.get((node.module, alias.name))
                    if new and not alias.asname:
                        renamed_here[alias.name] = new
                last = lines[(node.end_lineno or 1) - 1]
                comment = ""
                if "#" in last:
                    comment = "  " + last[last.index("#") :].rstrip("\n")
                new_lines = self.import_lines(node, own, comment, modules_renamed, module.name)
                indent = " " * node.col_offset
                text = ("\n" + indent).join(new_lines) if new_lines else ("pass" if indent else "")
                edits.append((node.lineno, node.col_offset, node.end_lineno or 0, len(last.rstrip("\n").encode()), text))
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] in INTERNAL and alias.name in self.modules and self.module_home[alias.name] != alias.name:
                        self.problems.append(f"{module.path}:{node.lineno} imports {alias.name} whole; rewrite it by hand")
        for (mod, symbol), new in self.m.RENAMES.items():
            if mod == module.name and symbol in module.defined:
                renamed_here[symbol] = new
        attribute_edits, extra = self._attributes(module)
        renamed_here |= modules_renamed
        edits += [e for e in self._renames(module, renamed_here) if e[:2] not in {a[:2] for a in attribute_edits}]
        edits += attribute_edits
        if extra:
            first = next(n for n in module.tree.body if isinstance(n, ast.ImportFrom) and n.module and n.module.startswith("signoff"))
            edits.append((first.lineno, 0, first.lineno, 0, "".join(line + "\n" for line in sorted(extra))))
        edits += self._words(module, edits)
        for line0, col0, line1, col1, text in sorted(edits, reverse=True):
            before = lines[line0 - 1].encode()[:col0].decode()
            after = lines[line1 - 1].encode()[col1:].decode()
            lines[line0 - 1 : line1] = [before + text + after] + ["\0"] * (line1 - line0)
        return lines, {}

    def _attributes(self, module: Module) -> tuple[list[tuple[int, int, int, int, str]], set[str]]:
        """Names reached through an imported module (`compose.request`) that live elsewhere now or are called otherwise."""
        aliases: dict[str, str] = {}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    if full in self.modules and (node.module, alias.name) not in self.symbol_home:
                        aliases[alias.asname or alias.name] = full
        edits, extra = [], set()
        if not aliases:
            return edits, extra
        identifiers = all_identifiers(module.tree)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
                full = aliases[node.value.id]
                home, new = self.home_of(full, node.attr)
                if (full, node.attr) not in self.symbol_home:
                    continue
                if home != self.module_home[full]:
                    parent, _, base = home.rpartition(".")
                    if base in identifiers - aliases.keys():
                        if new in identifiers:
                            self.problems.append(f"{module.path}: neither {base} nor {new} is free for {full}.{node.attr}")
                        extra.add(f"from {home} import {new}")
                        edits.append((node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, new))
                        continue
                    extra.add(f"from {parent} import {base}")
                    edits.append((node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, f"{base}.{new}"))
                elif new != node.attr:
                    base = node.value.id if node.value.id != full.rpartition(".")[2] else home.rpartition(".")[2]
                    edits.append((node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, f"{base}.{new}"))
        return edits, extra

    def _words(self, module: Module, others: list) -> list[tuple[int, int, int, int, str]]:
        renames = {old: new for modules, old, new in self.m.WORDS for m in modules if module.name == m or (m.endswith(".") and module.name.startswith(m))}
        if not renames:
            return []
        taken = [(e[0], e[1], e[2], e[3]) for e in others]
        edits = []
        for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
            if token.type == tokenize.NAME and token.string in renames:
                row, col = token.start
                column = len(module.lines[row - 1][:col].encode())
                if not any(t[0] <= row <= t[2] and not (row == t[0] and column < t[1]) and not (row == t[2] and column >= t[3]) for t in taken):
                    edits.append((row, column, row, column + len(token.string), renames[token.string]))
            elif token.type == tokenize.STRING and any(f"`{old}`" in token.string for old in renames):
                for row in range(token.start[0], token.end[0] + 1):
                    line = module.lines[row - 1]
                    for old, new in renames.items():
                        for found in re.finditer(rf"(?<=`){old}(?=`)", line):
                            column = len(line[: found.start()].encode())
                            edits.append((row, column, row, column + len(old), new))
        return edits

    def _renames(self, module: Module, renamed: dict[str, str]) -> list[tuple[int, int, int, int, str]]:
        edits: list[tuple[int, int, int, int, str]] = []
        if not renamed:
            return edits

        already = {n.id for n in ast.walk(module.tree) if isinstance(n, ast.Name)} | {n.arg for n in ast.walk(module.tree) if isinstance(n, ast.arg)} | module.defined
        for old, new in renamed.items():
            if new in already:
                self.notes.append(f"CAREFUL: {module.name} renames {old} to {new}, a name it uses already")

        def bound(fn: ast.AST) -> set[str]:
            names: set[str] = set()
            if isinstance(fn, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                a = fn.args
                for arg in [*a.posonlyargs, *a.args, *a.kwonlyargs, *( [a.vararg] if a.vararg else []), *([a.kwarg] if a.kwarg else [])]:
                    names.add(arg.arg)
                for n in ast.walk(fn):
                    if isinstance(n, ast.Name) and isinstance(n.ctx, (ast.Store, ast.Del)):
                        names.add(n.id)
            return names

        def visit(node: ast.AST, shadowed: frozenset[str]) -> None:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                inner = shadowed | (bound(node) & renamed.keys())
                if not isinstance(node, ast.Lambda):
                    for d in node.decorator_list:
                        visit(d, shadowed)
                    if isinstance(node, ast.FunctionDef) and node.name in renamed and node in module.tree.body:
                        line = module.lines[node.lineno - 1]
                        col = len(line[: line.index(node.name, node.col_offset)].encode())
                        edits.append((node.lineno, col, node.lineno, col + len(node.name), renamed[node.name]))
                    for arg in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
                        if arg.annotation:
                            visit(arg.annotation, shadowed)
                    if node.returns:
                        visit(node.returns, shadowed)
                    for d in [*node.args.defaults, *[k for k in node.args.kw_defaults if k]]:
                        visit(d, shadowed)
                    for s in node.body:
                        visit(s, inner)
                else:
                    visit(node.body, inner)
                return
            if isinstance(node, ast.ClassDef) and node.name in renamed and node in module.tree.body:
                line = module.lines[node.lineno - 1]
                col = len(line[: line.index(node.name, node.col_offset)].encode())
                edits.append((node.lineno, col, node.lineno, col + len(node.name), renamed[node.name]))
            if isinstance(node, ast.Name) and node.id in renamed and node.id not in shadowed:
                edits.append((node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, renamed[node.id]))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.lineno == node.end_lineno:
                line = module.lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset].decode()
                if re.fullmatch(r"[\"'][\w\[\], .|]+[\"']", line) and any(
                    re.search(rf"\b{re.escape(old)}\b", line) for old in renamed if old[:1].isupper() or old[:2].lstrip("_")[:1].isupper()
                ) and re.search(r"[\[|]|^.[A-Z_]\w+.$", line):
                    new = line
                    for old, to in renamed.items():
                        if old.lstrip("_")[:1].isupper():
                            new = re.sub(rf"\b{re.escape(old)}\b", to, new)
                    edits.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset or 0, new))
                return
            for child in ast.iter_child_nodes(node):
                visit(child, shadowed)

        for stmt in module.tree.body:
            if not is_import(stmt):
                visit(stmt, frozenset())
        return edits

    # -- building
    def build(self) -> dict[str, str]:
        """The text of every Python file in the new tree, by path."""
        contributions: dict[str, list[tuple[Module, Block]]] = defaultdict(list)
        whole: dict[str, list[Module]] = defaultdict(list)
        for name, module in self.modules.items():
            home = self.module_home[name]
            whole[home].append(module)
        packages = {home for home in whole if any(m.is_package for m in whole[home])} | set(self.m.NEW_PACKAGES)
        for home in list(whole) + [t for t in self.symbol_home.values()] + list(self.m.NEW_PACKAGES):
            parts = home.split(".")
            for n in range(1, len(parts)):
                if parts[0] in ("signoff", "tests"):
                    packages.add(".".join(parts[:n]))
        targets = set(whole) | set(self.symbol_home.values())
        out: dict[str, str] = {}
        for target in sorted(targets):
            sources = whole.get(target, [])
            moved_in = [m for (m, s), t in self.symbol_home.items() if t == target and self.module_home[m] != target]
            moved_out = any(self.symbol_home.get((m.name, s)) != target for m in sources for s in m.defined)
            path = module_path(target, packages)
            if len(sources) == 1 and not moved_in and not moved_out:
                out[path] = self._plain(sources[0], target)
            else:
                out[path] = self._assembled(target, sources, sorted(set(moved_in)))
        for package in sorted(packages):
            path = module_path(package, packages)
            if path not in out:
                doc = self.m.DOCS.get(package, "")
                out[path] = f'"""{doc}"""\n' if doc else ""
                if not doc and package.startswith("signoff"):
                    self.problems.append(f"package {package} has no docstring in DOCS")
        return out

    def _doc(self, target: str, old: str) -> str:
        new = self.m.DOCS.get(target)
        return f'"""{new}"""\n' if new else old

    def _plain(self, module: Module, target: str) -> str:
        lines = self.rewritten(module, target)[0]
        doc = "".join(lines[: module.docstring_end])
        if module.docstring_end and target in self.m.DOCS:
            doc = self._doc(target, doc)
        return (doc + "".join(lines[module.docstring_end :])).replace("\0", "")

    def _assembled(self, target: str, sources: list[Module], others: list[str]) -> str:
        sources = sorted(sources, key=lambda m: (m.name != self.m.MAIN_SOURCE.get(target, m.name), list(self.m.MODULES).index(m.name) if m.name in self.m.MODULES else 0))
        sources.sort(key=lambda m: self.m.ORDER.get(m.name, 0))
        contributors = sources + [self.modules[o] for o in others]
        imports: list[str] = []
        bodies: list[str] = []
        ends: list[tuple[str, int]] = []  # where each body's text ended in its module
        for module in contributors:
            lines = self.rewritten(module, target)[0]
            for block in module.blocks:
                text = "".join(lines[block.first : block.last]).replace("\0", "").strip("\n")
                here = module in sources if not block.names else self.symbol_home[(module.name, block.names[0])] == target
                if is_import(block.node):
                    if text.strip():
                        imports.append(text)
                elif here:
                    gap = block.first - ends[-1][1] if ends and ends[-1][0] == module.name else 2
                    bodies.append("\n" * (gap if 0 <= gap <= 2 else 2) + text + "\n")
                    ends.append((module.name, block.last))
            # what stays behind, or went elsewhere, and is still used here
            here_blocks = [b for b in module.blocks if not is_import(b.node) and (self.symbol_home[(module.name, b.names[0])] == target if b.names else module in sources)]
            needed = set().union(*[used_names(b.node) for b in here_blocks]) if here_blocks else set()
            for symbol in sorted(needed & module.defined):
                home, new = self.home_of(module.name, symbol)
                if home != target:
                    imports.append(f"from {home} import {new}")
        names = [s for m in contributors for s in m.defined if self.symbol_home[(m.name, s)] == target]
        for name in {n for n in names if names.count(n) > 1}:
            self.problems.append(f"{target} would define {name} twice")
        if target in self.m.DOCS:
            doc = self._doc(target, "")
        elif sources and sources[0].docstring_end:
            doc = "".join(sources[0].lines[: sources[0].docstring_end])
        else:
            doc = ""
            self.problems.append(f"{target} is new and has no docstring in DOCS")
        seen: list[str] = []
        for line in imports:
            if line not in seen:
                seen.append(line)
        glue = self.m.GLUE.get(target, "")
        seen = pruned(seen, "\n".join(bodies) + glue)
        return doc + "\n" + "\n".join(seen) + "\n" + "".join(bodies) + ("\n\n" + glue if glue else "")
