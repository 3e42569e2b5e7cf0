"""Recordings for people who do not read: which ones there are, and which one a page offers."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import get_language

register = template.Library()

FOLDER = Path(__file__).resolve().parents[1] / "static" / "adsum" / "audio"
KINDS = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".opus": "audio/ogg"}
_BY_COMPUTER = ".computer"


@dataclass(frozen=True)
class Recording:
    """One step read out: where the file is, of which kind, in which language, and whether a computer speaks."""

    url: str
    kind: str
    language: str
    by_computer: bool


@cache
def recordings() -> dict[tuple[str, str], Path]:
    """Each recording by language and key. `<key>.mp3` is a person's; it wins over `<key>.computer.mp3`."""
    found = sorted(FOLDER.glob("*/*"), key=lambda file: _BY_COMPUTER not in file.suffixes)
    return {(file.parent.name, file.name.partition(".")[0]): file for file in found if file.suffix in KINDS}


def spoken_languages() -> list[tuple[str, str]]:
    """The languages that are heard but not written here, as far as there are recordings, by their own names."""
    heard = {language for language, _ in recordings()}
    return [(code, name) for code, name in settings.SPOKEN_LANGUAGES if code in heard]


def chosen_language(request: HttpRequest | None) -> str:
    """The language somebody chose to hear, or else that of the page."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "") if request else ""
    return chosen if chosen in dict(spoken_languages()) else get_language() or settings.LANGUAGE_CODE


@register.simple_tag(takes_context=True)
def recording_of(context: dict[str, Any], key: str) -> Recording | None:
    """What reads this step out, in the chosen language; None where nobody has recorded it."""
    language = chosen_language(context.get("request"))
    file = recordings().get((language, key))
    if file is None:
        return None
    return Recording(
        static(f"adsum/audio/{language}/{file.name}"), KINDS[file.suffix], language, _BY_COMPUTER in file.suffixes
    )


@register.simple_tag
def languages_to_hear() -> list[tuple[str, str]]:
    """What the chooser offers beside the written languages."""
    return spoken_languages()
