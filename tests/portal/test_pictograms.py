"""Pictures beside the words: each drawing has its template and each template its drawing; no page asks for another."""

import re
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

ROOT = Path(settings.BASE_DIR)
DRAWINGS = (ROOT / "static/adsum/pictograms.svg").read_text()
SYMBOLS = re.findall(r'<symbol id="([^"]+)" viewBox="0 0 24 24">(.+?)</symbol>', DRAWINGS)
TEMPLATES = {file.stem for file in (ROOT / "templates/pictograms").glob("*.svg")}


def test_each_symbol_has_a_template_and_each_template_shows_its_symbol() -> None:
    names = [name for name, _ in SYMBOLS]
    assert len(names) == len(set(names)) == len({drawn for _, drawn in SYMBOLS})
    assert set(names) == TEMPLATES
    for name in TEMPLATES:
        drawn = render_to_string(f"pictograms/{name}.svg")
        assert drawn.count("<svg") == 1 == drawn.count(f'pictograms.svg#{name}"'), name
        assert 'aria-hidden="true"' in drawn, name


def test_pages_ask_for_pictograms_that_are_there_and_each_is_used() -> None:
    pages = [file.read_text() for file in (ROOT / "templates").rglob("*.html")]
    asked = {name for page in pages for name in re.findall(r'"pictograms/([a-z-]+)\.svg"', page)}
    assert asked == TEMPLATES
