"""Law: what may differ by office or level is asked for with the office."""

import ast
from collections.abc import Iterable

from adsum.core.knobs import Reach, knobs_of, known_policies
from tests.shape.laws.source import Module


def find_unscoped_readings(modules: Iterable[Module]) -> list[str]:
    """Knobs that an office may set, read as `in_force(Policy, now=now).knob`: the office's version would be ignored."""
    wide = {
        (kind, doc.name)
        for kind, policy in known_policies().items()
        for doc in knobs_of(policy)
        if doc.reach is not Reach.PROGRAMME
    }
    return [
        f"{module.at(node)}: {kind}.{node.attr} may differ by office"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and (kind := _asked_without_office(node.value)) and (kind, node.attr) in wide
    ]


def _asked_without_office(node: ast.expr) -> str:
    """The policy's name where this is `in_force(Policy, now=...)` and no office is named."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "in_force"):
        return ""
    named = {keyword.arg for keyword in node.keywords}
    [kind, *_] = node.args
    return kind.id if isinstance(kind, ast.Name) and "office_id" not in named else ""
