"""Whoever speaks a language is written to in the nearest one that we have."""

import pytest
from django.conf import settings
from django.utils.translation import get_language_info

from adsum.core.languages import language_name, written_in


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("en", "en"),
        ("ht", "ht"),
        ("pt-BR", "pt"),
        ("zh", "zh-hans"),
        ("zh-Hans", "zh-hans"),
        ("zh-Hant", "zh-hans"),
        ("mam", "es"),
        ("quc", "es"),
        ("kjb", "es"),
        ("am", "en"),
        ("", "en"),
        ("../es", "en"),
        ("e" * 600, "en"),
    ],
)
def test_the_language_we_write_in(spoken: str, written: str) -> None:
    assert written_in(spoken) == written


def test_each_language_is_called_by_its_own_name_and_only_arabic_runs_from_the_right() -> None:
    infos = [get_language_info(code) for code, _ in settings.LANGUAGES]
    assert [info["name_local"] for info in infos] == [name for _, name in settings.LANGUAGES]
    assert [info["code"] for info in infos if info["bidi"]] == ["ar"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("es", "Spanish"),
        ("ht", "Haitian Creole"),
        ("zh-Hans", "Simplified Chinese"),
        ("quc", "K’iche’"),
        ("fuf", "fuf"),
    ],
)
def test_a_language_is_named_in_english(code: str, name: str) -> None:
    assert language_name(code) == name
