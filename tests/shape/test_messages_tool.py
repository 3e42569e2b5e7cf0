"""The tool of the translators: it lists what a language lacks, and takes in what is right."""

import pytest
from babel.messages.catalog import Catalog

from tools.messages import LANGUAGES, fill_gaps, find_gaps, list_gaps, read_catalogue

PLURAL = ("In %(minutes)s minute", "In %(minutes)s minutes")


@pytest.fixture
def template() -> Catalog:
    catalog = Catalog()
    catalog.add("Hello, %(name)s")
    catalog.add(PLURAL)
    catalog.add("at {time}")
    catalog.add("May", context="month")
    return catalog


@pytest.mark.parametrize(
    ("language", "forms"),
    [("ar", 6), ("es", 2), ("fr", 2), ("ht", 2), ("pa", 2), ("pt", 2), ("ru", 3), ("uk", 3), ("zh_Hans", 1)],
)
def test_each_language_has_its_plural_forms(language: str, forms: int) -> None:
    assert language in LANGUAGES
    assert read_catalogue(language).num_plurals == forms


def test_what_is_lacking_has_a_place_for_each_form(template: Catalog) -> None:
    assert list_gaps(template, Catalog(locale="ru")) == {
        "Hello, %(name)s": "",
        "In %(minutes)s minute": ["", "", ""],
        "at {time}": "",
        "month|May": "",
    }


def test_what_is_right_goes_in(template: Catalog) -> None:
    russian = Catalog(locale="ru")
    forms = ["Через %(minutes)s минуту", "Через %(minutes)s минуты", "Через %(minutes)s минут"]
    texts: dict[str, str | list[str]] = {
        "Hello, %(name)s": "Здравствуйте, %(name)s",
        "In %(minutes)s minute": forms,
        "at {time}": "в {time}",
        "month|May": "май",
    }
    assert fill_gaps(template, russian, texts) == []
    assert (find_gaps(template, russian), list_gaps(template, russian)) == ([], {})


@pytest.mark.parametrize(
    ("key", "text", "fault"),
    [
        ("Hello, %(name)s", "Здравствуйте", "other placeholders"),
        ("Hello, %(name)s", "  ", "empty"),
        ("Hello, %(name)s", ["Здравствуйте, %(name)s", "%(name)s"], "not 1 form(s)"),
        ("In %(minutes)s minute", ["%(minutes)s минуту", "%(minutes)s минуты"], "not 3 form(s)"),
        ("In %(minutes)s minute", ["%(minutes)s минуту", "%(minutes)s минуты", "минут"], "other placeholders"),
        ("In %(minutes)s minute", ["%(minutes)s минуту", "%(minutes)s минуты", ""], "empty"),
        ("at {time}", "в {час}", "other placeholders"),
        ("May", "май", "no such text"),
    ],
)
def test_what_is_wrong_is_named_and_stays_out(template: Catalog, key: str, text: str | list[str], fault: str) -> None:
    russian = Catalog(locale="ru")
    assert fill_gaps(template, russian, {key: text}) == [f"{fault}: {key}"]
    assert not any(message.string and message.id for message in russian)
