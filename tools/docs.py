"""Prints the pages of docs/ that are made from the code, so that they cannot rot: `make docs`."""

import inspect
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.urls import URLPattern, URLResolver, get_resolver

from adsum.management.policies import policies_page

ROOT = Path(__file__).resolve().parents[1]
HOPS = (
    ("portal/urls", "adsum.portal.urls", 'path("check-in/"', "The phone sends the form to this address."),
    ("portal/views.check_in", "adsum.portal.views", "check_in", "The door reads the form, makes one call, answers."),
    (
        "checkins/actions.submit_report",
        "adsum.checkins.actions.reports",
        "submit_report accept_reports _accept",
        "In one transaction, with those that arrive meanwhile, the report is kept, its duty answered, its line and its"
        " event written.",
    ),
    (
        "checkins/rules.concerns_about",
        "adsum.checkins.rules",
        "concerns_about",
        "Facts in, words out: what an officer should look at. Nothing here refuses anything.",
    ),
    ("flags/actions.raise_flags", "adsum.flags.actions", "raise_flags", "What needs a look becomes a flag."),
    ("console/views.my_worklist", "adsum.console.views", "my_worklist", "The officer sees it."),
)


def one_check_in_page() -> str:
    """`docs/one-check-in.md`: the six hops with their source."""
    return "\n".join(_hops())


def _hops() -> Iterator[str]:
    yield "# One check-in, six hops\n"
    yield "From a tap on a phone to an officer's worklist. Made from the source by `make docs`; a test holds it true."
    for number, (title, module, name, words) in enumerate(HOPS, 1):
        yield f"\n## {number}. {title}\n\n{words}\n\n```python\n{_source(module, name)}\n```"
    yield "\nIts twin is `tests/stories/test_one_check_in.py`: a person lives through it in a real browser.\n"


def _source(module: str, name: str) -> str:
    loaded = import_module(module)
    if name.startswith("path("):
        lines = inspect.getsource(loaded).splitlines()
        return next(line.strip() for line in lines if name in line)
    return "\n\n\n".join(inspect.getsource(inspect.unwrap(getattr(loaded, one))).strip() for one in name.split())


def urls_page() -> str:
    """`docs/urls.md`: every address, who may enter, what is there."""
    lines = [
        "# Addresses\n",
        "Made from the code by `make docs`.\n",
        "| address | who may enter | what is there |",
        "|---|---|---|",
    ]
    for route, view in _addresses(get_resolver().url_patterns, "/"):
        words = (inspect.getdoc(view) or "").splitlines()[0]
        lines.append(f"| `{route}` | {view.who_may_enter} | {words} |")
    return "\n".join([*lines, ""])


def _addresses(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def pages() -> dict[str, str]:
    """Every made page by its path below docs/."""
    return {
        "one-check-in.md": one_check_in_page(),
        "person-bundle.schema.json": import_module("tools.bundle_schema").bundle_schema(),
        "policies.md": policies_page(),
        "urls.md": urls_page(),
        "openapi.json": import_module("adsum.api.partners.describing").document_text(),
    }


def main() -> None:
    """Write the pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    django.setup()
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text)


if __name__ == "__main__":
    main()
