"""Law: only doors read the clock; below them, `now` is told. A stop-watch (time.monotonic) is no clock."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.shape.laws.source import Module, texts

CLOCKS = frozenset(
    {
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        "datetime.date.today",
        *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")),
        *(f"django.utils.timezone.{name}" for name in ("now", "localtime", "localdate")),
        *(f"django.db.models.functions.{where}Now" for where in ("", "datetime.")),
    }
)
STAMPS = frozenset({"auto_now", "auto_now_add"})
SQL = re.compile(r"\b(now|clock_timestamp|statement_timestamp)\(\)|\bcurrent_(date|timestamp|time)\b", re.IGNORECASE)
IN_TEMPLATE = re.compile(r"{% now\b|\|\s*time(since|until)\b")


def find_clocks(modules: Iterable[Module], *, doors: frozenset[str]) -> list[str]:
    """Every look at a clock below the doors."""
    below = (module for module in modules if module.package not in doors)
    return [f"{module.at(node)}: {what} reads the clock" for module in below for node, what in _looks(module)]


def _looks(module: Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and module.full_name(node) in CLOCKS:
            yield node, ast.unparse(node)
        if isinstance(node, ast.keyword) and node.arg in STAMPS:
            yield node, node.arg
    yield from ((node, "SQL") for node, text in texts(module.tree) if SQL.search(text))


def find_clocks_in_templates(templates: Mapping[str, str]) -> list[str]:
    """Looks at the clock in templates, by path; those of notices are words of a domain."""
    return [
        f"{path}: {look[0]} reads the clock" for path, text in templates.items() for look in IN_TEMPLATE.finditer(text)
    ]
