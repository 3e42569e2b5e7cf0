"""Law: everything is documented, and nothing is that does not exist: settings, commands, URLs."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.shape.laws.addresses import Address
from tests.shape.laws.source import Module

OF_DJANGO = frozenset({"DJANGO_SETTINGS_MODULE"})
READS = frozenset({"os.environ.get", "os.environ.setdefault", "os.environ.pop", "os.getenv"})


def settings_read(modules: Iterable[Module]) -> frozenset[str]:
    """Every key of the environment that the code reads or sets; one that is no plain text reads as its expression."""
    keys = (_key(key) for module in modules for node in ast.walk(module.tree) for key in _keys(module, node))
    return frozenset(keys) - OF_DJANGO


def _keys(module: Module, node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and module.full_name(node.func) in READS:
        yield node.args[0]
    if isinstance(node, ast.Subscript) and module.full_name(node.value) == "os.environ":
        yield node.slice
    if isinstance(node, ast.Compare) and module.full_name(node.comparators[0]) == "os.environ":
        yield node.left


def _key(key: ast.expr) -> str:
    return str(key.value) if isinstance(key, ast.Constant) else ast.unparse(key)


def find_undocumented_settings(read: Iterable[str], *, page: str) -> list[str]:
    """Settings that the page does not name, and ADSUM_… names on the page that nothing reads."""
    read, named = set(read), set(re.findall(r"`([A-Z][A-Z_]+)`", page))
    unread = (name for name in named - read if name.startswith("ADSUM_"))
    return [
        *(f"{name} is not documented" for name in sorted(read - named)),
        *(f"{n} is not read" for n in sorted(unread)),
    ]


def find_undocumented_commands(commands: Iterable[str], *, page: str, help_text: str) -> list[str]:
    """Commands that the page or the command's own help does not name, and commands on the page that do not exist."""
    commands, named = set(commands), set(re.findall(r"`adsum ([a-z]\w*)", page))
    helped = set(re.findall(r"^ {4}([a-z]\w*)", help_text, re.MULTILINE))
    return [
        *(f"adsum {name} is not documented" for name in sorted(commands - named)),
        *(f"adsum {name} does not exist" for name in sorted(named - commands)),
        *(f"adsum --help does not name {name}" for name in sorted(commands - helped)),
        *(f"adsum --help names {name}, which does not exist" for name in sorted(helped - commands)),
    ]


def find_undocumented_urls(found: Iterable[Address], *, page: str) -> list[str]:
    """Routes that the page does not name in full, and routes in its tables that do not exist."""
    routes, named = {f"/{address.route}" for address in found}, set(re.findall(r"`(/[^`]*)`", page))
    in_tables = set(re.findall(r"^\| *`(/[^`]*)`", page, re.MULTILINE))
    return [
        *(f"{route} is not documented" for route in sorted(routes - named)),
        *(f"{route} does not exist" for route in sorted(in_tables - routes)),
    ]
