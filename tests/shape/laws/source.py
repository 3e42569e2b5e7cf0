"""The source of Adsum, read once: modules with their trees, and the layers that pyproject.toml names."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of source. `path` is relative to the project, as in adsum/people/actions.py."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        """The part of the house it belongs to: people in adsum.people.actions."""
        return [*self.name.split("."), ""][1]

    @property
    def file(self) -> str:
        """Which of a domain's files it is: actions in adsum.checkins.actions.duties."""
        return [*self.name.split("."), "", ""][2]

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each imported name stands for: {"now": "django.utils.timezone.now"}."""
        return dict(_imported(self.tree))

    def full_name(self, node: ast.AST) -> str:
        """A name or a dotted chain with its first part spelled out; calls in it are written as ()."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, f"{self.name}.{node.id}")
        if isinstance(node, ast.Attribute):
            return f"{self.full_name(node.value)}.{node.attr}"
        return f"{self.full_name(node.func)}()" if isinstance(node, ast.Call) else ""

    def at(self, node: ast.AST) -> str:
        """Where a node stands, as an editor opens it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def public_functions(self) -> list[Function]:
        """The functions at the top of the file whose names do not start with an underscore."""
        return [node for node in self.tree.body if isinstance(node, Function) and not node.name.startswith("_")]


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2


@cache
def modules(folder: str = "adsum") -> tuple[Module, ...]:
    """Every file of adsum, without the migrations; or of another folder."""
    paths = sorted(path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
    return tuple(Module(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths)


@cache
def contracts() -> tuple[dict[str, Any], ...]:
    """The contracts of import-linter, as pyproject.toml has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return tuple(project["tool"]["importlinter"]["contracts"])


@cache
def layers() -> tuple[frozenset[str], ...]:
    """The stack from the top, the doors, to the bottom, core."""
    stack = next(contract for contract in contracts() if contract.get("containers") == ["adsum"])
    return tuple(frozenset(part.strip(" ()") for part in layer.split("|")) for layer in stack["layers"])


def doors() -> frozenset[str]:
    """The top of the stack: what receives."""
    return layers()[0]


def domains() -> frozenset[str]:
    """What decides and remembers: all between the doors and core."""
    return frozenset().union(*layers()[1:-1])


def docstring_of(owner: ast.AST) -> ast.Constant | None:
    """The constant that is this node's docstring."""
    body = getattr(owner, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value
    return None


def texts(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every string that the code uses; docstrings are none, and what an f-string fills in reads {}."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    prose = {id(docstring_of(node)) for node in ast.walk(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | prose:
            yield node, node.value
