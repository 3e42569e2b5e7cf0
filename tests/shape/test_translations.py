"""No missing translation: every text for participants stands in every language, whole and unambiguous."""

from copy import deepcopy

import pytest
from babel.messages.catalog import Catalog

from tools.messages import LANGUAGES, catalogue_path, collect, compiled, find_gaps, read_catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert find_gaps(collect(), read_catalogue(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    assert catalogue_path(language).with_suffix(".mo").read_bytes() == compiled(read_catalogue(language))


def test_the_templates_are_read() -> None:
    ids = {message.id for message in collect()}
    assert {"Check in now", "Your check-in of %(day)s counts as done"} <= ids


@pytest.mark.parametrize(
    ("break_it", "finding"),
    [
        (lambda catalog: catalog.delete("Check in now"), "missing: Check in now"),
        (lambda catalog: setattr(catalog["Check in now"], "string", ""), "empty: Check in now"),
        (lambda catalog: catalog["Check in now"].flags.add("fuzzy"), "fuzzy: Check in now"),
        (
            lambda catalog: setattr(catalog["Hello, %(name)s"], "string", "Hola, %(nombre)s"),
            "other placeholders: Hello, %(name)s",
        ),
    ],
)
def test_each_gap_is_found(break_it, finding: str) -> None:  # type: ignore[no-untyped-def]
    broken: Catalog = deepcopy(read_catalogue("es"))
    break_it(broken)
    assert find_gaps(collect(), broken) == [finding]
