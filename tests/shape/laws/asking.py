"""Laws of asking and forgetting: queries know who asks, a file is whole, data have an end, names are unique."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db.models import Model

from tests.shape.laws.keys import package_of
from tests.shape.laws.source import Function, Module

PUBLIC_KNOWLEDGE = {
    "find_office": "everybody may know that an office exists",
    "look_up_receipt": "who holds a receipt's number may know that it was received, and when",
    "outages_since": "the log of outages is public",
    "help_near": "where help is, everybody may know",
    "closed_days": "when an office is closed, everybody may know",
    "list_offices": "everybody may know which offices there are",
}
RULES_FOR_ALL = {
    "in_force": "rules are public, and asked for on every page",
    "current_book": "the same, before a scope is chosen",
    "put_book_away": "reads nothing",
    "highest_of": "the same as in_force, over all offices",
    "grader_of": "asks for policies only; what it grades is given to it",
}
WITHOUT_A_FILE_PART = {"outbox": "its rows hold ids and codes of facts that stand in other domains' parts"}
KEPT = {
    "orders": "the order in force is a legal act, kept until the person leaves",
    "ledger": "append-only by law",
    "outbox": "its rows hold ids and codes only, and are owed until delivered",
}
QUERIES = ("queries", "past_queries", "file_queries", "message_queries")  # of one; of many over a long time
IN_EVERY_DOMAIN = frozenset({"everything_about", "forget"})


def find_blind_queries(modules: Iterable[Module]) -> list[str]:
    """Public queries that do not take `seen_by: Actor`, or take it and do not heed it."""
    found: list[str] = []
    for module in modules:
        if module.file in QUERIES:
            faults = ((query, _blindness(query)) for query in module.public_functions())
            found += [f"{module.at(query)}: {query.name} {fault}" for query, fault in faults if fault]
    return found


def _blindness(query: Function) -> str:
    if query.name in RULES_FOR_ALL:
        return ""
    if ("seen_by", "Actor") not in _taken(query):
        return "does not take seen_by: Actor"
    heeds = any(isinstance(node, ast.Name) and node.id == "seen_by" for node in ast.walk(query))
    return "" if heeds or query.name in PUBLIC_KNOWLEDGE else "does not heed seen_by"


def _taken(function: Function) -> list[tuple[str, str]]:
    """The keyword-only parameters without a default, as name and type."""
    pairs = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return [(one.arg, ast.unparse(one.annotation)) for one, default in pairs if one.annotation and default is None]


def personal_domains(models: Iterable[type[Model]]) -> frozenset[str]:
    """The domains with a table about a person: people, and whoever has a participant_id."""
    about = (model for model in models if any(f.attname == "participant_id" for f in model._meta.concrete_fields))
    return frozenset({"people", *map(package_of, about)})


def find_unforgetting(modules: Iterable[Module], *, personal: frozenset[str]) -> list[str]:
    """Personal domains that cannot show what they hold about a person, or cannot erase what has reached its end."""
    shown, forgetting = _functions(modules, "queries", "everything_about"), _functions(modules, "actions", "forget")
    whole, timely = [("participant_id", "int"), ("seen_by", "Actor")], [("before", "datetime"), ("now", "datetime")]
    return [
        *(
            f"{d}: no everything_about(*, participant_id, seen_by)"
            for d in _lacking(personal, WITHOUT_A_FILE_PART, shown, whole)
        ),
        *(f"{d}: no forget(*, before, now)" for d in _lacking(personal, KEPT, forgetting, timely)),
    ]


def _functions(modules: Iterable[Module], file: str, name: str) -> dict[str, Function]:
    named = ((module, node) for module in modules if module.file == file for node in module.public_functions())
    return {module.package: node for module, node in named if node.name == name}


def _lacking(
    personal: frozenset[str], exempt: dict[str, str], has: dict[str, Function], takes: list[tuple[str, str]]
) -> list[str]:
    return sorted(one for one in personal - set(exempt) if one not in has or _taken(has[one]) != takes)


def find_unkept_promises(modules: Iterable[Module], *, schedule: Iterable[Callable[..., None]]) -> list[str]:
    """Each `forget` that exists and that the nightly schedule does not call."""
    called = {function.__module__.split(".")[1] for function in schedule if function.__name__ == "forget"}
    return [f"{one}.forget is never called" for one in sorted(_functions(modules, "actions", "forget").keys() - called)]


def find_shared_names(modules: Iterable[Module]) -> list[str]:
    """Names that two public actions or queries share; a search for a name must find one thing."""
    owners: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        if module.file in ("actions", *QUERIES):
            for function in module.public_functions():
                owners[function.name].append(module.name)
    shared = {name: where for name, where in owners.items() if len(where) > 1 and name not in IN_EVERY_DOMAIN}
    return [f"{name} is in {', '.join(where)}" for name, where in sorted(shared.items())]
