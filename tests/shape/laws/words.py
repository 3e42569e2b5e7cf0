"""Law: what is public says in words what it is: modules, classes, functions, methods."""

import ast
from collections.abc import Iterable, Iterator

from tests.shape.laws.source import Function, Module

# A method that a framework names says what that framework documents.
NAMED_BY_A_FRAMEWORK = {
    "Meta": "Django: options of a table",
    "ready": "Django: AppConfig",
    "handle": "Django: BaseCommand",
    "create_parser": "Django: BaseCommand",
    "add_arguments": "Django: BaseCommand",
    "add_own_arguments": "AdsumCommand, which documents it",
    "answer": "AdsumCommand, which documents it",
    "print_for_people": "AdsumCommand, which documents it",
}
Named = Function | ast.ClassDef


def find_wordless(modules: Iterable[Module]) -> list[str]:
    """Modules, and public functions, classes and methods, without a docstring. A property's name says what it is."""
    found: list[str] = []
    for module in modules:
        if module.text.strip() and not ast.get_docstring(module.tree):
            found.append(f"{module.path}:1: the module has no docstring")
        silent = (node for node in _public(module.tree) if not ast.get_docstring(node))
        found += [f"{module.at(node)}: {node.name} has no docstring" for node in silent]
    return found


def _public(owner: ast.Module | ast.ClassDef) -> Iterator[Named]:
    for node in owner.body:
        if isinstance(node, Named) and not node.name.startswith("_") and not _is_named_elsewhere(node):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _is_named_elsewhere(node: Named) -> bool:
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    return node.name in NAMED_BY_A_FRAMEWORK or bool(decorators & {"property", "cached_property"})
