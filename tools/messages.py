"""Collects what is to be translated from code and templates, updates the catalogues, and compiles them.

Django's own makemessages needs GNU gettext; Babel does the same with Django's `templatize`.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1] / "adsum"
LANGUAGES = ("es",)
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def collect() -> Catalog:
    """Every message of the portal and the notices (the console speaks English), with where it stands."""
    catalog = Catalog(project="Adsum", charset="utf-8")
    for path, line, message, context in sorted(_messages(), key=str):
        catalog.add(message, locations=[(path, line)], context=context)
    return catalog


def _messages() -> Iterator[tuple[str, int, str | tuple[str, ...], str | None]]:
    for name, line, message, _, context in extract_from_dir(ROOT, keywords=KEYWORDS, method_map=[("**.py", "python")]):
        yield name, line, message, context
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt") and "console" not in path.parts:
            code = templatize(path.read_text(), origin=str(path))
            name = str(path.relative_to(ROOT))
            for line, message, _, context in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
                yield name, line, message, context


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue lies."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """A language's catalogue as it stands."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def find_gaps(template: Catalog, catalog: Catalog) -> list[str]:
    """What a catalogue lacks: missing, empty and fuzzy texts, and placeholders that are not those of the original."""
    found: list[str] = []
    for message in template:
        if not message.id:
            continue
        theirs = catalog.get(message.id, message.context)
        if theirs is None:
            found.append(f"missing: {message.id}")
        elif not theirs.string:
            found.append(f"empty: {message.id}")
        elif theirs.fuzzy:
            found.append(f"fuzzy: {message.id}")
        elif _placeholders(message.id) != _placeholders(theirs.string):
            found.append(f"other placeholders: {message.id}")
    return found


def _placeholders(text: object) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", str(text)))


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _new(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="Adsum",
        header_comment=f"# Adsum in {language}. Plain words, short sentences, a reading age of about nine.",
        charset="utf-8",
        fuzzy=False,
    )


def main() -> None:
    """Update and compile every catalogue."""
    template = collect()
    for language in LANGUAGES:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = read_catalogue(language) if path.exists() else _new(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=110, sort_output=True, omit_header=False)
        path.with_suffix(".mo").write_bytes(compiled(catalog))


if __name__ == "__main__":
    main()
