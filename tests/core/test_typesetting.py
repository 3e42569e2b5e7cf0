"""Paper: nothing is fetched or found on the machine, what cannot be printed goes, threads do not meet."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from adsum.core.typesetting import FONTS, tongue_of, typeset

AT = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


def letter(text: str, language: str = "en") -> dict[str, Any]:
    return {"from": "Office", "to": "Maria\n1 Main St", "title": "Hello", "paragraphs": [text], **tongue_of(language)}


def set_letters(*letters: dict[str, Any]) -> bytes:
    return typeset("letters", {"title": "Letters", "letters": letters}, language="en", made_at=AT)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a\x00b\x07c\x1b", "abc"),
        ("a\ud800b", "ab"),
        ("a\u202eb", "ab"),
        ("a\ufeffb", "ab"),
        ("#panic() $x$ *a* @b", "#panic() $x$ *a* @b"),
        ('a")) #panic("b', 'a")) #panic("b'),
        (r'\u{41}\"\\" #a\n', r'\u{41}\"\\" #a\n'),
        ("a\r\nb", "a b"),
    ],
)
def test_what_cannot_be_printed_goes_and_the_rest_stays_as_it_is(text: str, printed: str) -> None:
    said = PdfReader(BytesIO(set_letters(letter(text)))).pages[0].extract_text()
    assert " ".join(said.split()).endswith(f"Hello {printed}")


def test_the_fonts_are_ours_and_each_has_its_licence() -> None:
    page: Any = PdfReader(BytesIO(set_letters(letter("Hola", "es"), letter("确认", "zh-hans"))))
    used = {str(font.get_object()["/BaseFont"]) for one in page.pages for font in one["/Resources"]["/Font"].values()}
    assert {name.partition("+")[2].split("-")[0] for name in used} == {"NotoSans", "DroidSansFallback"}
    licences = (FONTS / "README.md").read_text()
    assert [font.name for font in FONTS.glob("*.ttf") if font.stem.split("-")[0] not in licences] == []


def test_each_letter_is_a_sheet_and_has_its_own_direction() -> None:
    assert [tongue_of(code)["rtl"] for code in ("ar", "pa", "zh-hans", "en")] == [True, False, False, False]
    assert len(PdfReader(BytesIO(set_letters(*[letter("x", code) for code in ("ar", "pa", "en")]))).pages) == 3


@pytest.mark.parametrize("language", ["ar", "pa", "zh-hans", "en"])
def test_no_file_says_that_it_is_read_from_the_right(language: str) -> None:
    """Arabic lines know it by their letters; told so of the whole file, PDFium turns the Latin words beside them."""
    data = {"title": "x", "letters": [letter("ਸਾਡਾ ਫ਼ੈਸਲਾ", language)]}
    catalog: Any = PdfReader(BytesIO(typeset("letters", data, language=language, made_at=AT))).trailer["/Root"]
    assert (catalog["/ViewerPreferences"]["/Direction"], catalog["/Lang"]) == ("/L2R", language.partition("-")[0])


def test_threads_print_side_by_side() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda n: set_letters(letter(f"number {n}")), range(40)))
    said = [PdfReader(BytesIO(one)).pages[0].extract_text().split()[-1] for one in made]
    assert said == [str(n) for n in range(40)]
