"""Letters by the pile: each once, in order, in processes of their own; the benchmark's keys."""

import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from adsum.management.bench.letters import made_up
from adsum.reviews.letters.printing import Wanted, print_file, print_letters
from tests.reviews.letters import KEPT, pages_of


def test_each_letter_is_in_one_file_in_the_order_of_the_pile() -> None:
    wanted = [Wanted(replace(KEPT, number=f"000-{n:03d}"), "es" if n % 2 else "en") for n in range(5)]
    files = list(print_letters(wanted, letters_a_file=2))
    assert [file.numbers for file in files] == [("000-000", "000-001"), ("000-002", "000-003"), ("000-004",)]
    assert [len(pages_of(file.pdf)) for file in files] == [3, 3, 1]
    assert files[1].pdf == print_file(tuple(wanted[2:4])).pdf


def test_no_letters_are_no_file() -> None:
    assert list(print_letters([])) == []


@pytest.mark.parametrize("number", range(10))
def test_a_made_up_letter_is_a_sheet(number: int) -> None:
    file = print_file((made_up(number),))
    assert len(pages_of(file.pdf)) == (1 if made_up(number).language == "en" else 2)


def test_the_benchmark_answers_with_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("bench", "letters", "--letters", "3", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["letters"] == 3
    assert answer["letters_per_second_per_core"] > 0
    assert answer["draft_ms"] < 100


def test_no_letters_are_no_benchmark() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        call_command("bench", "letters", "--letters", "0")
