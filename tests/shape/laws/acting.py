"""Law: an action is keyword-only, takes `now`, runs in one transaction and writes its ledger line in it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.shape.laws.source import Function, Module
from tests.shape.laws.writing import is_write

LEDGER = frozenset(f"adsum.ledger.actions.{name}" for name in ("record", "record_lines", "record_each"))
WITHOUT_A_LINE = {
    "adsum.ledger.actions.record": "it is the line",
    "adsum.ledger.actions.record_lines": "they are the lines",
    "adsum.ledger.actions.record_each": "they are the lines",
    "adsum.orders.actions.start_listed_orders": "its one statement writes each person's line with their order",
    "adsum.ledger.actions.seal_lines": "seals speak about lines; a line about them would never be the last",
    "adsum.funnel.actions.take_steps": "its rows are the record, append-only; a line for each would double the ledger",
    "adsum.records.actions.refusals.count_refusal": "its row is the record; strangers could fill the ledger",
    "adsum.records.actions.checking.ask_checks": "the report it belongs to has its line, and its end has one",
    "adsum.outbox.actions.emitting.emit_events": "its row is the record; the action that owes the fact writes the line",
    "adsum.outbox.actions.refusing.count_refused": "its row is the record; strangers could fill the ledger",
    "adsum.outbox.actions.delivering.mark_delivered": "its row is the record; lines would double the ledger",
    "adsum.partners.actions.answering.count_request": "a count of requests, and a line for each would be a second one",
    "adsum.partners.actions.answering.claim_key": "its row is the record; what the request does has its line",
    "adsum.partners.actions.answering.keep_answer": "the answer to a request whose action has written the line",
    "adsum.partners.actions.answering.release_key": "nothing was done",
    "adsum.counterparts.actions.keeping.note_their_answer": "when they were heard last; what they said has its lines",
    "adsum.counterparts.actions.keeping.note_away": "nothing has happened to anybody; what they say is read later",
    "adsum.counterparts.actions.keeping.put_off_reconciling": "a timetable; the look itself has its line",
    "adsum.documents.actions.uploading.take_piece": "a piece; start and end have their lines",
    "adsum.waves.actions.files.note_page_time": "its row is the record; four lines a minute would drown the ledger",
    "adsum.checkins.actions.sweeping.mark_missed": "its one statement writes each person's lines with their rows",
    "adsum.checkins.actions.ladder.end_rungs": "its one statement writes each person's line with their rungs",
    "adsum.outbox.actions.delivering.number_events": "its rows are the record; lines would double the ledger",
    "adsum.outbox.actions.delivering.mark_silent": "nothing has happened to a fact; all wait as before",
    "adsum.outbox.actions.subscribing.schedule_file": "its file is the record; this is a timetable",
}


@dataclass
class Actions:
    """Every function of the actions' files, by its full name, and what calls lead to."""

    functions: dict[str, tuple[Module, Function]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)

    def resolve(self, module: Module, called: ast.expr) -> str:
        """The full name of what is called, through the packages that only pass it on."""
        name = module.full_name(called)
        while name not in self.functions:
            package, _, last = name.rpartition(".")
            passed_on = self.names.get(package, {}).get(last, name)
            if passed_on == name:
                return name
            name = passed_on
        return name


def actions_of(modules: Iterable[Module]) -> Actions:
    """The actions among these modules."""
    found = Actions()
    for module in modules:
        if module.file == "actions":
            found.names[module.name] = module.imports
            functions = (node for node in module.tree.body if isinstance(node, Function))
            found.functions |= {f"{module.name}.{node.name}": (module, node) for node in functions}
    return found


def find_loose_actions(modules: Iterable[Module]) -> list[str]:
    """Public actions that break the law, each with what they lack."""
    actions = actions_of(modules)
    public = (name for name in actions.functions if not name.rpartition(".")[2].startswith("_"))
    return [f"{_place(actions, name)} {fault}" for name in public for fault in _faults(actions, name)]


def _place(actions: Actions, name: str) -> str:
    module, function = actions.functions[name]
    return f"{module.at(function)}: {function.name}"


def _faults(actions: Actions, name: str) -> Iterator[str]:
    _, function = actions.functions[name]
    given = function.args
    if given.posonlyargs or given.args or given.vararg:
        yield "is not keyword-only"
    if not _takes_now(given):
        yield "does not take now: datetime"
    if (count := _transactions(actions, name)) != 1:
        yield f"runs in {count} transactions"
    effects = list(_effects(actions, name, inside=False, above=()))
    yield from (f"writes outside of its transaction ({effect.at})" for effect in effects if effect.is_loose_write)
    if name not in WITHOUT_A_LINE and not any(effect.is_line and effect.inside for effect in effects):
        yield "writes no ledger line in its transaction"


def _takes_now(given: ast.arguments) -> bool:
    pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    return any(
        one.arg == "now"
        and one.annotation is not None
        and ast.unparse(one.annotation) == "datetime"
        and default is None
        for one, default in pairs
    )


@dataclass(frozen=True)
class Effect:
    """A write or a ledger line that an action comes to."""

    at: str
    is_line: bool
    inside: bool

    @property
    def is_loose_write(self) -> bool:
        return not self.is_line and not self.inside


def _effects(actions: Actions, name: str, *, inside: bool, above: tuple[str, ...]) -> Iterator[Effect]:
    module, function = actions.functions[name]
    for call, within in _calls(module, function, inside=inside):
        target = actions.resolve(module, call.func)
        if target in LEDGER:
            yield Effect(module.at(call), is_line=True, inside=within)
        elif target in actions.functions and target not in above:
            yield from _effects(actions, target, inside=within, above=(*above, name))
        elif is_write(call):
            yield Effect(module.at(call), is_line=False, inside=within)


def _transactions(actions: Actions, name: str, above: tuple[str, ...] = ()) -> int:
    """How many transactions follow one another in an action; one in a loop of batches is one."""
    module, function = actions.functions[name]
    own = sum(1 for _ in _outermost(module, function))
    outside = (call for call, within in _calls(module, function, inside=False) if not within)
    targets = (actions.resolve(module, call.func) for call in outside)
    followed = (target for target in targets if target in actions.functions and target not in above)
    return own + sum(_transactions(actions, target, (*above, name)) for target in followed)


def _calls(module: Module, node: ast.AST, *, inside: bool) -> Iterator[tuple[ast.Call, bool]]:
    inside = inside or _opens(module, node)
    if isinstance(node, ast.Call):
        yield node, inside
    for child in ast.iter_child_nodes(node):
        yield from _calls(module, child, inside=inside)


def _outermost(module: Module, node: ast.AST) -> Iterator[ast.AST]:
    if _opens(module, node):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _outermost(module, child)


def _opens(module: Module, node: ast.AST) -> bool:
    """True for a with-block or a decorated function that is a transaction."""
    if isinstance(node, ast.With):
        openers = [item.context_expr for item in node.items]
    else:
        openers = node.decorator_list if isinstance(node, Function) else []
    return any(module.full_name(opener).startswith("django.db.transaction.atomic") for opener in openers)
