"""Which of the portal's languages a person is written to in, and what a language is called in English."""

from django.conf import settings
from django.utils.translation import get_language_info, get_supported_language_variant

# Neither Django nor our settings name them.
_RARELY_NAMED = {
    "zh": "Chinese",
    "mam": "Mam",
    "quc": "K’iche’",
    "kjb": "Q’anjob’al",
    "kek": "Q’eqchi’",
    "ixl": "Ixil",
}


def nearest_language(code: str) -> str | None:
    """The language of the portal that somebody who speaks `code` reads best, or None where nobody can tell.

    A close relative stands in: Simplified for any Chinese, Spanish for a Mayan language that has no texts yet.
    """
    try:
        return get_supported_language_variant(code.lower())
    except LookupError:
        return None


def written_in(code: str) -> str:
    """The same, and English for everybody else."""
    return nearest_language(code) or settings.LANGUAGE_CODE


def language_name(code: str) -> str:
    """A language by its English name, or by its code where nobody here knows one."""
    try:
        return _RARELY_NAMED.get(code) or str(get_language_info(code.lower())["name"])
    except KeyError:
        return code
