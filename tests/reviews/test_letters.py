"""A decision's letter: what it says in which language, what it must not lack, and what a screen reader meets."""

import re
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adsum.orders.rules import Level
from adsum.reviews.letters.drafting import draft
from adsum.reviews.letters.facts import Decided, Fact, Reason
from adsum.reviews.letters.paper import letter_pdf, letters_pdf
from adsum.reviews.letters.saying import Said, say
from adsum.reviews.rules import Met, Outcome, Weighs
from tests.reviews.letters import KEPT, LOWERED, elements_of, pages_of

HOSTILE = '#panic() *b* $x$ \\ <a> @b `c` %(day)s %s {name} "}{ = H'


def both(decided: Decided, language: str) -> bytes:
    return letter_pdf(draft(decided, language=language), draft(decided, language="en"))


@pytest.mark.parametrize(
    ("outcome", "level", "title", "said"),
    [
        (Outcome.KEEP, Level.GPS_ANKLE, "Our decision: your level stays", "Your level stays as it is."),
        (
            Outcome.STEP_DOWN,
            Level.CHECK_IN,
            "Our decision: you get a lower level",
            "From Nov. 23, 2026 you have the lower level.",
        ),
        (
            Outcome.END,
            Level.NONE,
            "Our decision: your monitoring ends",
            "From Nov. 23, 2026 you do not check in with us any more. Your dates in court stay.",
        ),
        (
            Outcome.STEP_UP,
            Level.GPS_ANKLE,
            "Our decision: you get a higher level",
            "From Nov. 23, 2026 you have the higher level.",
        ),
    ],
)
def test_each_decision_says_what_happens(outcome: Outcome, level: Level, title: str, said: str) -> None:
    letter = draft(replace(KEPT, outcome=outcome, level_then=level), language="en")
    assert (letter.title.words, letter.paragraphs[1].words) == (title, said)


@pytest.mark.parametrize("outcome", [Outcome.KEEP, Outcome.STEP_UP])
def test_no_refusal_is_written_without_the_last_day_of_an_appeal(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="until when"):
        replace(KEPT, outcome=outcome, appeal_last_day=None)


def test_no_decision_is_written_without_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        replace(KEPT, reasons=(), own_words=" \n")


@pytest.mark.parametrize(
    ("reason", "label", "words"),
    [
        (
            Reason("months", Met.NOT_MET, has=3, wants=6),
            "Months at this level",
            "3. The rule asks for 6 or more. This is not yet as it should be.",
        ),
        (
            Reason("misses", Met.MET, has=0, wants=0),
            "Check-ins that did not come",
            "0. The rule allows 0. This is as it should be.",
        ),
        (
            Reason("hearings", Met.NO_DATA),
            "Court dates that you did not come to",
            "We do not know this yet. It does not count against you.",
        ),
        (Reason("health", Met.MET, label="Health"), "Health", "This is as it should be."),
        (
            Reason("misses", Met.MET, has=0, wants=0, weighs=Weighs.NEITHER),
            "Check-ins that did not come",
            "0. The rule allows 0. This is as it should be. For the officer it does not decide it.",
        ),
    ],
)
def test_a_criterion_is_said_with_its_figures(reason: Reason, label: str, words: str) -> None:
    said = draft(replace(KEPT, reasons=(reason,)), language="en").reasons[0]
    assert (said.label.words, said.words.words, said.own) == (label, words, None)


def test_own_words_stand_as_written_and_in_their_language() -> None:
    letter = draft(replace(KEPT, own_words=f" {HOSTILE}\n", own_language="fr"), language="es")
    assert letter.own == Said(HOSTILE, "fr")
    assert letter.reasons[3].own == Said("We asked the court again on Friday.", "fr")


def test_the_days_are_those_of_the_office_and_of_the_language() -> None:
    late = replace(KEPT, signed_at=KEPT.signed_at.replace(hour=3), asked_on=None)
    assert draft(late, language="en").signature.words == "Signed by Ana Officer on Nov. 21, 2026"
    assert "22 de diciembre de 2026" in draft(KEPT, language="es").appeal[0].words


def test_what_a_language_lacks_is_english_as_a_whole_and_says_so() -> None:
    day = {"day": date(2026, 12, 24)}
    assert say("Nobody has translated this: %(day)s", day, language="ar") == Said(
        "Nobody has translated this: Dec. 24, 2026", "en"
    )
    assert say("", language="es") == Said("", "en")


def test_the_agencys_own_way_to_appeal_takes_the_place_of_ours() -> None:
    ours = replace(KEPT, appeal_how=Fact("Write to the board by %(day)s.", {"day": date(2026, 12, 22)}))
    assert draft(ours, language="en").appeal[0].words == "Write to the board by Dec. 22, 2026."


def test_the_paper_is_read_in_order_the_readers_language_first() -> None:
    pages = pages_of(both(KEPT, "es"))
    parts = [
        "Office NYC", "María López García", "su nivel sigue igual", "000-017", "Por qué", "Meses en este nivel", "97.",
        "We asked the court again", "El oficial escribió", "You are doing well", "Lo que miramos", "31",
        "Si usted no está de acuerdo", "22 de diciembre de 2026", "+1 212 555 0100", "Firmado por Ana Officer",
    ]  # fmt: skip
    places = [pages[0].rfind(part) if part == "+1 212 555 0100" else pages[0].find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert [("your level stays" in page, "If you do not agree" in page) for page in pages] == [
        (False, False), (True, True),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es", "ar", "zh-hans", "pa", "ht"])
@pytest.mark.parametrize("decided", [KEPT, LOWERED])
def test_it_is_tagged_in_every_language(decided: Decided, language: str) -> None:
    paper = both(decided, language)
    assert b"pdfuaid" in paper
    elements = elements_of(paper)
    kinds = [kind for kind, _ in elements]
    assert kinds.count("/H1") == (1 if language == "en" else 2)
    assert {"/H2", "/L", "/LI", "/P", "/Strong", "/BlockQuote"} <= set(kinds)
    assert kinds.index("/H1") < kinds.index("/H2") < kinds.index("/BlockQuote") < kinds.index("/L")
    assert "en" in {spoken for _, spoken in elements} or language == "en"


@pytest.mark.parametrize("language", ["es", "zh-hans", "pa", "ht"])
def test_each_language_prints_its_own_letters(language: str) -> None:
    letter = draft(KEPT, language=language)
    said = " ".join(pages_of(letter_pdf(letter)))
    assert letter.help is not None
    assert {*letter.help.words, *letter.appeal[0].words} - {*said} <= {" ", "\u200e"}


def test_a_telephone_number_keeps_its_order_among_arabic_words() -> None:
    arabic = letter_pdf(draft(replace(KEPT, office="", phone="+1 212 555 0199"), language="ar"))
    assert b"pdfuaid" in arabic
    said = draft(KEPT, language="ar").help
    assert said is not None
    assert "\u200e+1 212 555 0100\u200e" in said.words


def test_nobodys_words_are_commands_and_the_same_letter_is_the_same_file() -> None:
    hostile = replace(KEPT, name=HOSTILE, own_words=f"{HOSTILE}\u202e\x07 end", facts=(Fact(HOSTILE),))
    paper = both(hostile, "es")
    assert paper == both(hostile, "es")
    squeezed = re.sub(r"\s", "", "".join(pages_of(paper)))
    assert squeezed.count(re.sub(r"\s", "", HOSTILE)) == 6
    assert "end" in squeezed


@pytest.mark.parametrize("own", ["w" * 20_000, "字" * 20_000, "a\n" * 5_000, "தமிழ் 😀"])
def test_whatever_was_written_there_is_a_letter(own: str) -> None:
    assert pages_of(both(replace(KEPT, own_words=own), "ar"))


def test_letters_to_print_are_sheets_of_their_own() -> None:
    spanish, english = (draft(KEPT, language=code) for code in ("es", "en"))
    pages = pages_of(letters_pdf([(spanish, english), (english, english)], made_at=KEPT.signed_at))
    assert ["Nuestra decisión" in page for page in pages] == [True, False, False]


def test_a_draft_takes_less_than_a_tenth_of_a_second() -> None:
    draft(KEPT, language="es")
    began = time.process_time()
    for days in range(10):
        draft(replace(KEPT, appeal_last_day=date(2026, 12, 1) + timedelta(days=days)), language="es")
    assert (time.process_time() - began) / 10 < 0.1
