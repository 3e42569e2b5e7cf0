"""The laws of URLs and of documentation bite: a sample that breaks each, and the exact finding."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.shape.laws.addresses import addresses, find_open_doors
from tests.shape.laws.documents import (
    find_undocumented_commands,
    find_undocumented_settings,
    find_undocumented_urls,
    settings_read,
)
from tests.shape.samples import sample


def test_a_url_that_does_not_name_who_may_enter_is_found() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def wrong(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def right(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    wrong.who_may_enter = "officer janitor"  # type: ignore[attr-defined]
    right.who_may_enter = "officer supervisor"  # type: ignore[attr-defined]
    urls = [path("a/", view, name="a"), path("b/", wrong, name="b"), path("c/", right), path("d/", right, name="d")]
    assert find_open_doors(addresses(urls)) == [
        "/a/ does not name who may enter (nobody)",
        "/b/ does not name who may enter (officer janitor)",
        "/c/ has no name",
    ]


def test_every_way_to_read_a_setting_is_seen() -> None:
    text = """
        import os
        from os import environ, getenv
        A = os.environ["A"]
        B = environ.get("B", "")
        C = getenv("C")
        D = "D" not in os.environ
        E = os.environ[A + "E"]
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    """
    assert settings_read([sample("settings.py", text)]) == {"A", "B", "C", "D", "A + 'E'"}


def test_undocumented_settings_are_found() -> None:
    page = "`ADSUM_HOME` says where. `ADSUM_OLD` is gone. `GET` is no setting."
    assert find_undocumented_settings({"ADSUM_HOME", "DATABASE_URL"}, page=page) == [
        "DATABASE_URL is not documented",
        "ADSUM_OLD is not read",
    ]


def test_undocumented_commands_are_found() -> None:
    page, help_text = (
        "`adsum run --port N`, `adsum gone`, `adsum COMMAND`",
        "  Start\n    check    looks\n    lost    gone\n",
    )
    assert find_undocumented_commands({"run", "check"}, page=page, help_text=help_text) == [
        "adsum check is not documented",
        "adsum gone does not exist",
        "adsum --help does not name run",
        "adsum --help names lost, which does not exist",
    ]


def test_undocumented_urls_are_found() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    found = list(addresses([path("", view), path("a/", view), path("b/<int:b_id>/", view)]))
    page = "| `/` | the start |\n| `/gone/` | gone |\n| x | like `/static/` |\n| `/a/` | a |"
    assert find_undocumented_urls(found, page=page) == ["/b/<int:b_id>/ is not documented", "/gone/ does not exist"]
