"""The embedded server: counted by locks, revived when killed, made whole or not at all."""

import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adsum.management.postgres import DatabaseDown, embedded_url, revive_server, running_server, socket_folder
from tests.homes import empty_home

QUICK = ("fsync=off", "shared_buffers=16MB")


@pytest.fixture
def home() -> Iterator[Path]:
    with empty_home("pg") as home:
        yield home


def postmaster(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def test_the_last_one_out_stops_the_server(home: Path) -> None:
    with running_server(home, settings=QUICK) as url:
        pid = postmaster(home)
        with running_server(home):
            assert postmaster(home) == pid
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT current_user, rolsuper, current_setting('listen_addresses'), current_setting('data_checksums')"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
        assert row == ("adsum", False, "", "on")
        assert stat.S_IMODE(socket_folder(home).stat().st_mode) == 0o700
    assert not (home / "postgres" / "postmaster.pid").exists()
    with running_server(home, settings=QUICK):
        assert postmaster(home) != pid


def test_a_killed_server_is_revived_with_what_was_acknowledged(home: Path) -> None:
    with running_server(home, settings=("shared_buffers=16MB",)) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (7)")
        assert revive_server(home) is False
        os.kill(postmaster(home), signal.SIGKILL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if revive_server(home):
                    break
            except DatabaseDown:
                time.sleep(0.2)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


def test_a_kill_in_the_middle_of_making_leaves_no_half_cluster(home: Path) -> None:
    (home / "postgres.new").mkdir(parents=True)
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    (home / "postgres").mkdir(mode=0o700)
    with running_server(home, settings=QUICK) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not (home / "postgres.new").exists()


def test_a_long_or_odd_path_gets_a_short_socket(home: Path) -> None:
    odd = home / "it's a, folder" / ("x" * 90)
    assert len(str(socket_folder(odd))) < 60
    with running_server(odd, settings=QUICK) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_cannot_start_says_where_its_log_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(DatabaseDown, match=r"its log is .*postgres\.log"),
        running_server(home, settings=("nonsense=1",)),
    ):
        pass
    monkeypatch.setenv("ADSUM_POSTGRES_PROGRAMS", "/nowhere")
    with pytest.raises(DatabaseDown, match="no pg_ctl in /nowhere"), running_server(home):
        pass


def test_addresses() -> None:
    assert embedded_url(Path("/var/adsum")) == "postgresql:///adsum?host=/var/adsum/socket&user=adsum"
