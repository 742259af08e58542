"""Debian's PostgreSQL for the tests: a server of our own in a new folder, and a new database for each test.

Root may not run it: then it runs as the `postgres` user that the package makes.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from jupyter_apex_ws.spawn.ports import free_port

_HELP = (
    "PostgreSQL is missing. The tests run on SQLite and on PostgreSQL: as root, "
    "`apt-get install --no-install-recommends postgresql`, then run them again."
)
_NUMBERS = count()
_TEMPLATE = "template_apex"


class PostgresMissingError(Exception):
    """No server to start; says what to install."""


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    if on_path is None:
        raise PostgresMissingError(_HELP)
    return Path(on_path).parent


def _version(program: Path) -> float:
    return float(program.parent.parent.name)


class PostgresServer:
    """`start()`, `stop()`, `kill()` it; `new_database()` gives the address of an empty one.

    `durable`: commits reach the disk before they are answered. Otherwise they are faster and as good for what
    does not cut the power.
    """

    def __init__(self, directory: Path, *, durable: bool = False) -> None:
        self._programs = _programs()
        self._account = "postgres" if os.geteuid() == 0 else None
        self.directory = directory
        self.port = free_port()
        if self._account is not None:
            try:
                found = pwd.getpwnam(self._account)
            except KeyError:
                raise PostgresMissingError(_HELP) from None
            os.chown(directory, found.pw_uid, found.pw_gid)
        self._run(
            "initdb", "-D", directory / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        settings = [
            f"port = {self.port}",
            "listen_addresses = '127.0.0.1'",
            f"unix_socket_directories = '{directory}'",
            "max_connections = 200",
            "shared_buffers = 32MB",
            f"fsync = {'on' if durable else 'off'}",
            f"synchronous_commit = {'on' if durable else 'off'}",
            f"full_page_writes = {'on' if durable else 'off'}",
            "log_min_messages = fatal",
        ]
        self._run("sh", "-c", "cat >> data/postgresql.conf", text="\n" + "\n".join(settings) + "\n")

    def _run(self, program: str, *arguments: str | Path, text: str = "") -> None:
        path = self._programs / program
        command = [os.fspath(path) if path.exists() else program, *map(os.fspath, arguments)]
        done = subprocess.run(
            command,
            input=text,
            cwd=self.directory,
            user=self._account,
            group=self._account,
            extra_groups=[] if self._account else None,
            env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": os.fspath(self.directory)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")

    def start(self) -> None:
        data = self.directory / "data"
        self._run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", self.directory / "log", "start")

    def stop(self, how: str = "fast") -> None:
        """`fast` cuts all connections and ends in order, `immediate` is a crash."""
        self._run("pg_ctl", "-D", self.directory / "data", "-w", "-t", "60", "-m", how, "stop")

    def address(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def admin(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of one's own, beside what is tested."""
        return psycopg.connect(self.address("postgres"), autocommit=True)

    def new_database(self, template: str = "template0") -> str:
        """The address of a new database, a copy of the template."""
        name = f"apex_{next(_NUMBERS)}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        with self.admin() as admin:
            admin.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return self.address(name)

    def drop_database(self, address: str) -> None:
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self.admin() as admin:
            admin.execute(command.format(sql.Identifier(address.rpartition("/")[2])))


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A running server, in a folder that its account reaches (pytest's own folders are closed to it)."""
    directory = Path(tempfile.mkdtemp(prefix="apex-pg-"))
    try:
        server = PostgresServer(directory, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
