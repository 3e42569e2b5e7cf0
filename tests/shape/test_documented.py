"""Every knob, setting, command and URL is documented, and nothing is documented that does not exist."""

from django.urls import get_resolver

from adsum.management.entry import HELP
from adsum.management.policies import POLICIES, policies_page
from tests.shape.laws.addresses import addresses
from tests.shape.laws.documents import (
    find_undocumented_commands,
    find_undocumented_settings,
    find_undocumented_urls,
    settings_read,
)
from tests.shape.laws.source import ROOT, modules

COMMANDS = ROOT / "adsum" / "management" / "commands"


def page(name: str) -> str:
    """A page of docs/; an absent one documents nothing."""
    path = ROOT / "docs" / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_the_page_of_policies_is_printed_from_the_knobs() -> None:
    assert page("policies.md") == policies_page()


def test_every_domains_policy_is_printed() -> None:
    with_knobs = {module.package for module in modules() if module.file == "policy"}
    assert with_knobs == {policy.__module__.split(".")[1] for policy in POLICIES.values()}


def test_every_setting_is_documented() -> None:
    assert find_undocumented_settings(settings_read(modules()), page=page("settings.md")) == []


def test_every_command_is_documented() -> None:
    names = {path.stem for path in COMMANDS.glob("*.py")} - {"__init__"}
    assert find_undocumented_commands(names, page=page("commands.md"), help_text=HELP) == []


def test_every_url_is_documented() -> None:
    found = addresses(get_resolver().url_patterns)
    assert find_undocumented_urls(found, page=page("urls.md")) == []
