"""Law: the same files in every domain; a door has no tables and no rules; a package's first words say what it is."""

import ast
from collections.abc import Iterable

from tests.shape.laws.source import Module, docstring_of

QUERIES = ("queries", "past_queries", "file_queries", "message_queries")
FILES = frozenset({"", "policy", "rules", "models", *QUERIES, "actions"})
PACKAGES = frozenset({"actions", "models", "rules"})  # where one file grows too long, a file per noun
# Channels and outside sources are copied folders, one per channel or source.
COPIED_FOLDERS = {"notices": "channels", "records": "sources", "monitors": "sources"}
ENGINES = {"records": "matching", "reviews": "letters"}  # pure, with no tables: more than rules can hold
LONGEST_INTRODUCTION = 6


def find_strange_files(modules: Iterable[Module], *, domains: frozenset[str], doors: frozenset[str]) -> list[str]:
    """Files that no domain has, and tables or rules at a door."""
    found: list[str] = []
    for module in modules:
        if module.package in domains and not _is_usual(module):
            found.append(f"{module.path}: no domain has such a file")
        if module.package in doors and module.file in ("models", "rules"):
            found.append(f"{module.path}: a door has no {module.file}")
    return found


def _is_usual(module: Module) -> bool:
    depth = module.name.count(".")
    if module.file in PACKAGES:
        return depth <= 3
    if module.file in FILES:
        return depth <= 2
    return module.file in (COPIED_FOLDERS.get(module.package), ENGINES.get(module.package))


def find_long_introductions(modules: Iterable[Module], *, domains: frozenset[str]) -> list[str]:
    """A domain's `__init__` is a docstring of at most six lines; that of its actions or rules may name them besides."""
    found: list[str] = []
    for module in modules:
        if module.package in domains and module.path.endswith("/__init__.py"):
            found += [f"{module.path}: {fault}" for fault in _faults(module)]
    return found


def _faults(module: Module) -> list[str]:
    words = docstring_of(module.tree)
    if words is None:
        return ["has no docstring"]
    lines = (words.end_lineno or words.lineno) - words.lineno + 1
    too_long = [f"its docstring has {lines} lines"] if lines > LONGEST_INTRODUCTION else []
    return too_long + [
        f"line {node.lineno} is no docstring" for node in module.tree.body[1:] if not _names(module, node)
    ]


def _names(module: Module, node: ast.stmt) -> bool:
    """True for what a package of actions or rules may do besides: import its own verbs, and list them."""
    if module.file not in PACKAGES:
        return False
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith(f"{module.name}.")
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
