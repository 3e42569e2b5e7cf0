"""Law: budgets. Small files, short functions, few comments, no imports inside functions."""

import ast
import io
import math
import tokenize
from collections.abc import Iterable, Iterator
from statistics import median

from tests.shape.laws.source import Function, Module

FILE_MEDIAN, FILE_MOST = 80, 400
FUNCTION_MEDIAN, FUNCTION_95TH, FUNCTION_MOST = 8, 30, 60
COMMENT_SHARE = 0.05


def find_over_budget(modules: Iterable[Module]) -> list[str]:
    """Budgets of size that are not kept: by one file or function, or by all of them together."""
    files = {module.path: len(module.text.splitlines()) for module in modules if module.text.strip()}
    functions = {f"{module.at(node)} {node.name}": length for module in modules for node, length in _lengths(module)}
    return [
        *(f"{path} has {lines} lines" for path, lines in files.items() if lines > FILE_MOST),
        *(f"{place} has {lines} lines" for place, lines in functions.items() if lines > FUNCTION_MOST),
        *_over("the median file", median(files.values()), FILE_MEDIAN),
        *_over("the median function", median(functions.values() or [0]), FUNCTION_MEDIAN),
        *_over("the function of the 95th percentile", percentile(functions.values(), 0.95), FUNCTION_95TH),
    ]


def _lengths(module: Module) -> Iterator[tuple[Function, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1


def _over(what: str, lines: float, budget: int) -> list[str]:
    return [f"{what} has {lines:g} lines"] if lines > budget else []


def percentile(values: Iterable[int], share: float) -> int:
    """The smallest value that this share of the values does not exceed."""
    ordered = sorted(values) or [0]
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def find_chatter(modules: Iterable[Module]) -> list[str]:
    """Too many comments, over all files."""
    modules = list(modules)
    comments = sum(1 for module in modules for _ in _comments(module))
    lines = sum(len(module.text.splitlines()) for module in modules)
    return [f"{comments} comments in {lines} lines"] if comments > lines * COMMENT_SHARE else []


def _comments(module: Module) -> Iterator[tokenize.TokenInfo]:
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return (token for token in tokens if token.type == tokenize.COMMENT)


def find_hidden_imports(modules: Iterable[Module]) -> list[str]:
    """Imports inside functions: a boundary that nobody sees."""
    return [
        f"{module.at(node)}: an import inside {function.name}"
        for module in modules
        for function, _ in _lengths(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
