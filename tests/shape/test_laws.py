"""The house's laws hold for the code as it is. That each of them can be broken is shown in test_laws_bite.py."""

from functools import cache

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import get_resolver

from adsum.management.housekeeping import RETENTION
from tests.shape.laws.acting import WITHOUT_A_LINE, actions_of, find_loose_actions
from tests.shape.laws.addresses import addresses, find_open_doors
from tests.shape.laws.asking import (
    find_blind_queries,
    find_shared_names,
    find_unforgetting,
    find_unkept_promises,
    personal_domains,
)
from tests.shape.laws.budgets import find_chatter, find_hidden_imports, find_over_budget
from tests.shape.laws.clocks import find_clocks, find_clocks_in_templates
from tests.shape.laws.keys import find_keys_upward, find_tables_elsewhere, related_names
from tests.shape.laws.layout import find_long_introductions, find_strange_files
from tests.shape.laws.scoping import find_unscoped_readings
from tests.shape.laws.source import ROOT, Module, contracts, domains, doors, layers, modules
from tests.shape.laws.words import find_wordless
from tests.shape.laws.writing import WRITE_OUTSIDE, find_writes, writes_in


@cache
def tables() -> tuple[type[Model], ...]:
    return tuple(apps.get_app_config("adsum").get_models())


def all_source() -> tuple[Module, ...]:
    """Adsum and its peers."""
    return (*modules(), *modules("peers"))


def test_a_domain_has_the_files_of_every_domain_and_a_door_has_no_tables() -> None:
    assert find_strange_files(modules(), domains=domains(), doors=doors()) == []


def test_a_domain_is_introduced_in_six_lines() -> None:
    assert find_long_introductions(modules(), domains=domains()) == []


def test_only_actions_write() -> None:
    assert find_writes(modules(), domains=domains(), related=related_names(tables())) == []


def test_who_may_write_outside_of_actions_does() -> None:
    may = [module for module in modules() if module.name in WRITE_OUTSIDE]
    assert {module.name for module in may if any(writes_in(module, module.tree, frozenset()))} == set(WRITE_OUTSIDE)


def test_an_action_takes_now_and_runs_in_one_transaction_with_its_ledger_line() -> None:
    assert find_loose_actions(modules()) == []


def test_no_action_is_excused_that_does_not_exist() -> None:
    assert WITHOUT_A_LINE.keys() - actions_of(modules()).functions.keys() == set()


def test_foreign_keys_point_down_and_leave_no_way_back() -> None:
    assert find_keys_upward(tables(), layers=layers()) == []


def test_only_domains_have_tables() -> None:
    assert find_tables_elsewhere(tables(), domains=domains()) == []


def test_only_doors_read_the_clock() -> None:
    assert find_clocks(modules(), doors=doors()) == []


def test_a_notice_does_not_read_the_clock() -> None:
    paths = (ROOT / "adsum" / "templates" / "notices").rglob("*.*")
    assert find_clocks_in_templates({path.name: path.read_text(encoding="utf-8") for path in paths}) == []


def test_every_url_names_who_may_enter() -> None:
    assert find_open_doors(addresses(get_resolver().url_patterns)) == []


def test_every_query_is_told_who_asks_and_heeds_it() -> None:
    assert find_blind_queries(modules()) == []


def test_what_differs_by_office_is_asked_for_with_the_office() -> None:
    assert find_unscoped_readings(modules()) == []


def test_every_domain_with_personal_data_can_show_and_forget_it() -> None:
    assert find_unforgetting(modules(), personal=personal_domains(tables())) == []


def test_what_can_be_forgotten_is_forgotten_on_schedule() -> None:
    assert find_unkept_promises(modules(), schedule=[forget for forget, _, _ in RETENTION]) == []


def test_names_of_actions_and_queries_are_unique() -> None:
    assert find_shared_names(modules()) == []


def test_sizes_are_within_budget() -> None:
    assert find_over_budget(all_source()) == []


def test_comments_are_few() -> None:
    assert find_chatter(all_source()) == []


def test_no_function_imports() -> None:
    assert find_hidden_imports(all_source()) == []


def test_whatever_is_public_says_what_it_is() -> None:
    assert find_wordless(all_source()) == []


@pytest.mark.parametrize(
    ("name", "key", "prefix"),
    [("File order", "containers", "adsum."), ("Doors never", "source_modules", "adsum.")],
)
def test_no_package_is_left_out_of_a_contract(name: str, key: str, prefix: str) -> None:
    contract = next(contract for contract in contracts() if contract["name"].startswith(name))
    there = {module.package for module in modules()} & (domains() if key == "containers" else doors())
    assert there - {listed.removeprefix(prefix) for listed in contract[key]} == set()
