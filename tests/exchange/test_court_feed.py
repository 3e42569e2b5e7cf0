"""The court's drops come whole, twice, late, out of order and broken; the truth comes out of them all the same."""

import random
import shutil
from pathlib import Path

import pytest
from django.db import connection

from adsum.court.actions import merge_chunk
from adsum.court.models import CourtAside, CourtDrop, CourtFile, CourtHearing
from adsum.exchange.court import loading
from tests.exchange.court import load, rows_kept, states
from tests.exchange.court_days import CourtDays


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> CourtDays:
    made = CourtDays(tmp_path_factory.mktemp("court"), cases=240, days=4, seed=11, broken=0.05)
    made.write()
    return made


@pytest.mark.django_db
def test_day_by_day_the_truth_comes_out(days: CourtDays) -> None:
    for day, truth in enumerate(days.truth, 1):
        load(days.folder / f"day{day}")
        assert states() == truth


@pytest.mark.django_db
def test_all_days_at_once_and_every_broken_line_is_kept_aside(days: CourtDays) -> None:
    loaded = load(days.folder)
    assert states() == days.truth[-1]
    assert loaded.set_aside == CourtAside.objects.count() == days.broken_lines > 20
    assert set(CourtAside.objects.values_list("reason", flat=True)) >= {"2 columns instead of 7"}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_any_redelivery_leads_to_the_same(days: CourtDays, seed: int) -> None:
    order = [*range(1, 5), *range(1, 5)]
    random.Random(seed).shuffle(order)
    for day in order:
        load(days.folder / f"day{day}")
    assert states() == days.truth[-1]


@pytest.mark.django_db
def test_a_redelivery_changes_nothing_and_counts_nothing_twice(days: CourtDays, tmp_path: Path) -> None:
    load(days.folder)
    before = rows_kept()
    shutil.copytree(days.folder / "day2", tmp_path / "day9")  # an old day under a new name
    assert (load(tmp_path / "day9").changed, load(days.folder).changed) == (0, 0)
    assert (rows_kept(), states()) == (before, days.truth[-1])


@pytest.mark.django_db
def test_an_old_day_that_was_never_loaded_comes_late_under_a_new_name(days: CourtDays, tmp_path: Path) -> None:
    shutil.copytree(days.folder / "day2", tmp_path / "day9")
    shutil.copy(days.folder / "crosswalk.csv", tmp_path)
    for day in (1, 3, 4):
        load(days.folder / f"day{day}")
    load(tmp_path)
    assert states() == days.truth[-1]


@pytest.mark.django_db
@pytest.mark.parametrize("chunks", [1, 4, 9, 13])
def test_what_is_stopped_goes_on_behind_the_last_chunk(
    days: CourtDays, chunks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(days.folder)
    whole = rows_kept()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM adsum_courtaside; DELETE FROM adsum_courtfile; DELETE FROM adsum_courtdrop")
        cursor.execute("DELETE FROM adsum_courtproceeding; DELETE FROM adsum_courthearing")
    monkeypatch.setattr(loading, "CHUNK", 50)
    merge, left = merge_chunk, iter(range(chunks))

    def killed(**given: object) -> int:
        next(left)
        return merge(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "merge_chunk", killed)
    with pytest.raises((StopIteration, RuntimeError)):
        load(days.folder)
    assert CourtFile.objects.filter(done__gt=0).exists()
    monkeypatch.setattr(loading, "merge_chunk", merge)
    loaded = load(days.folder)
    assert (rows_kept(), states()) == (whole, days.truth[-1])
    assert loaded.set_aside == days.broken_lines
    assert sum(CourtFile.objects.values_list("read", flat=True)) == loaded.rows.total()
    assert all(file.done == file.size for file in CourtFile.objects.all())


@pytest.mark.django_db
def test_a_day_that_stands_for_not_known_is_none(days: CourtDays) -> None:
    load(days.folder)
    years = {day.year for day in CourtHearing.objects.values_list("hearing_on", flat=True) if day}
    assert CourtHearing.objects.filter(hearing_on=None).exists()
    assert years <= set(range(2026, 2030))
    assert not CourtDrop.objects.filter(as_of__gt="2026-11-14").exclude(name="crosswalk.csv").exists()
