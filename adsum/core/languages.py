"""Which of the portal's languages a person is written to in."""

from django.conf import settings
from django.utils.translation import get_supported_language_variant


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
