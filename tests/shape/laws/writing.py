"""Law: only `actions` write. A write is a call of the ORM that changes rows, or SQL that does."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.shape.laws.source import Module, texts

_PLAIN = ("save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "create_user")
WRITES = frozenset(_PLAIN) | {f"a{name}" for name in _PLAIN} | {"save_base", "create_superuser"}
# A queryset's update takes names only, that of a dict, a hash or a progress bar something before them.
UPDATES = frozenset({"update", "aupdate"})
OF_RELATED = frozenset({"add", "set", "remove", "clear", "aadd", "aset", "aremove", "aclear"})
SQL = re.compile(
    r"\binsert\s+into\b|\bdelete\s+from\b|\bupdate\s+(only\s+)?\S+\s+set\b|\bmerge\s+into\b"
    r"|^\s*truncate\b|;\s*truncate\b|^\s*copy\s+[^;]*\bfrom\b",
    re.IGNORECASE,
)


WRITE_OUTSIDE = {
    "adsum.core.copying": "it is `bulk_create` itself, which only actions may call",
    "adsum.core.pictures": "what it saves is a picture, in memory",
    "adsum.core.pdfs": "what it saves is a PDF, in memory",
    # Made-up people, a million at a time: docs/decisions/0008-the-crowd.md says what keeps their rows true.
    "adsum.management.crowd_people": "the SQL that adds who the crowd is",
    "adsum.management.crowd_life": "the SQL that adds what the crowd has lived through",
    "adsum.management.crowd_ledger": "the SQL that adds the lines which the actions would have written of it",
    "adsum.management.bench.senders": "signs made-up people in, in a database of the benchmark's own",
    "adsum.management.bench.opening": "has messages reach made-up people, in a database of the benchmark's own",
    "adsum.management.bench.due_rounds": "the bare statements it compares with, rolled back, in a copy of the crowd's",
    "adsum.management.bench.enrol": "the bare COPY it compares with, in a database of the benchmark's own",
    "adsum.management.crowd_writer": "COPY into the temporary tables from which that SQL draws",
}


def find_writes(modules: Iterable[Module], *, domains: frozenset[str], related: frozenset[str]) -> list[str]:
    """Writes outside of a domain's actions. `related` names the accessors through which rows can be changed."""
    return [
        f"{module.at(node)}: {what} writes outside of actions"
        for module in modules
        if not (module.package in domains and module.file == "actions") and module.name not in WRITE_OUTSIDE
        for node, what in writes_in(module, module.tree, related)
    ]


def writes_in(module: Module, tree: ast.AST, related: frozenset[str]) -> Iterator[tuple[ast.AST, str]]:
    """Each write below this node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_write(node, related):
            yield node, f".{getattr(node.func, 'attr', '')}()"
    yield from ((node, "SQL") for node, text in texts(tree) if SQL.search(text))


def is_write(call: ast.Call, related: frozenset[str] = frozenset()) -> bool:
    """True for a call that changes rows."""
    verb = call.func
    if not isinstance(verb, ast.Attribute):
        return False
    if verb.attr in UPDATES:
        return not call.args
    if verb.attr in OF_RELATED:
        return isinstance(verb.value, ast.Attribute) and verb.value.attr in related
    return verb.attr in WRITES
