"""Collects what is to be translated from code and templates, updates the catalogues, and compiles them.

Django's own makemessages needs GNU gettext; Babel does the same with Django's `templatize`.

    python -m tools.messages                        update and compile every catalogue
    python -m tools.messages --todo ru              what lacks a Russian text, as JSON: {English: "", ...}
    python -m tools.messages --fill ru texts.json   put texts in: the same JSON, filled; wrong ones are named, not kept

A text with plural forms has a list in that JSON, one text for each form of the language, in the order of its
Plural-Forms. A text with a context has the key "context|text".
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1] / "adsum"
LANGUAGES = ("ar", "es", "fr", "ht", "pa", "pt", "ru", "uk", "zh_Hans")
# Django prints these in dates; it has them not in every language of ours.
DATE_WORDS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "AM", "PM")
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
    for word in DATE_WORDS:
        catalog.add(word, locations=[("tools/messages.py", 1)])
    return catalog


def _messages() -> Iterator[tuple[str, int, str | tuple[str, ...], str | None]]:
    for name, line, message, _, context in extract_from_dir(ROOT, keywords=KEYWORDS, method_map=[("**.py", "python")]):
        yield name, line, message, context
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt") and "console" not in path.relative_to(ROOT).parts:
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
    """What a catalogue lacks: missing, empty and fuzzy texts, lost placeholders, plural forms that are not there."""
    found: list[str] = []
    for message in template:
        if not message.id:
            continue
        theirs = catalog.get(message.id, message.context)
        if theirs is None:
            found.append(f"missing: {message.id}")
        elif theirs.fuzzy:
            found.append(f"fuzzy: {message.id}")
        elif fault := _fault_of(message, theirs.string, catalog.num_plurals):
            found.append(f"{fault}: {message.id}")
    return found


def _fault_of(message: Message, text: object, plural_forms: int) -> str:
    """What is wrong with a text put in the place of `message`; empty when it is right."""
    forms = list(text) if isinstance(text, (list, tuple)) else [text]
    if not all(isinstance(form, str) and form.strip() for form in forms):
        return "empty"
    if len(forms) != (plural_forms if message.pluralizable else 1):
        return f"not {plural_forms if message.pluralizable else 1} form(s)"
    if any(_placeholders(form) != _placeholders(message.id) for form in forms):
        return "other placeholders"
    return ""


def _placeholders(text: object) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+\}", str(text)))


def _key(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    return f"{message.context}|{text}" if message.context else str(text)


def list_gaps(template: Catalog, catalog: Catalog) -> dict[str, str | list[str]]:
    """What is to be translated: each English text, with an empty place for each form of the language."""
    found: dict[str, str | list[str]] = {}
    for message in template:
        theirs = catalog.get(message.id, message.context) if message.id else None
        if message.id and (theirs is None or theirs.fuzzy or _fault_of(message, theirs.string, catalog.num_plurals)):
            found[_key(message)] = [""] * catalog.num_plurals if message.pluralizable else ""
    return found


def fill_gaps(template: Catalog, catalog: Catalog, texts: Mapping[str, str | list[str]]) -> list[str]:
    """Put texts into a catalogue; returns what was wrong with those that were left out."""
    known = {_key(message): message for message in template if message.id}
    faults: list[str] = []
    for key, text in texts.items():
        fault = _fault_of(known[key], text, catalog.num_plurals) if key in known else "no such text"
        if fault:
            faults.append(f"{fault}: {key}")
            continue
        wanted = known[key]
        whole = tuple(text) if isinstance(text, list) else text
        catalog.delete(wanted.id, wanted.context)
        catalog.add(wanted.id, whole, wanted.locations, wanted.flags - {"fuzzy"}, context=wanted.context)
    return faults


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


def _opened(language: str, template: Catalog) -> Catalog:
    """A language's catalogue with exactly the texts of today; new ones are empty."""
    catalog = read_catalogue(language) if catalogue_path(language).exists() else _new(language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def _keep(language: str, catalog: Catalog) -> None:
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, omit_header=False)
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def main(arguments: list[str] | None = None) -> int:
    """Update and compile every catalogue, or list or fill what one of them lacks."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages")
    parser.add_argument("--todo", metavar="LANGUAGE", choices=LANGUAGES)
    parser.add_argument("--fill", nargs=2, metavar=("LANGUAGE", "FILE"))
    wanted = parser.parse_args(arguments)
    template = collect()
    if wanted.todo:
        gaps = list_gaps(template, _opened(wanted.todo, template))
        sys.stdout.write(json.dumps(gaps, ensure_ascii=False, indent=1) + "\n")
        return 0
    if wanted.fill:
        language, file = wanted.fill
        if language not in LANGUAGES:
            parser.error(f"{language} is none of {', '.join(LANGUAGES)}")
        catalog = _opened(language, template)
        faults = fill_gaps(template, catalog, json.loads(Path(file).read_text()))
        _keep(language, catalog)
        sys.stderr.writelines(f"{fault}\n" for fault in faults)
        return 1 if faults else 0
    for language in LANGUAGES:
        _keep(language, _opened(language, template))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
