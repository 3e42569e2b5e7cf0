"""Texts that an office has written in every language: the filters of the portal's pages."""

from django import template
from django.utils.translation import get_language

from adsum.questions.rules import Texts, in_language

register = template.Library()


@register.filter
def in_page_language(text: Texts) -> str:
    """The text in the language of the page."""
    return in_language(text, get_language() or "en")
