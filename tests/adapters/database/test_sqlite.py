"""One writer, many readers, and what is answered is on the disk."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from support.sharing import NOW, House, house

from jupyter_apex_ws.adapters.database import SqliteDatabase, sqlite
from jupyter_apex_ws.contract.entries import EntryType
from jupyter_apex_ws.contract.principals import PrincipalKind
from jupyter_apex_ws.core.access import Act
from jupyter_apex_ws.core.errors import Unavailable
from jupyter_apex_ws.core.ports import HubUser, Identity
from jupyter_apex_ws.core.principals import ensure_user
from jupyter_apex_ws.core.records import GrantRecord, ItemRecord, ItemState, new_id

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


@pytest.fixture
def database(home: House) -> SqliteDatabase:
    return home.database


def add(database: SqliteDatabase, name: str) -> None:
    with database.writing() as tx:
        ensure_user(tx, HubUser(name, "2026", False, ()), now=NOW)


def pragma(tx: object, name: str) -> object:
    return tx._connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()  # type: ignore[attr-defined]


def test_both_connections_are_durable_and_keep_references(database: SqliteDatabase) -> None:
    for transaction in (database.writing, database.reading):
        with transaction() as tx:
            assert pragma(tx, "journal_mode") == "wal"
            assert pragma(tx, "synchronous") == 2  # FULL: each commit is on the disk
            assert pragma(tx, "foreign_keys") == 1
            assert pragma(tx, "busy_timeout") == 10_000


def test_only_the_account_of_the_service_reads_the_file(tmp_path: Path) -> None:
    with closing(SqliteDatabase.open(tmp_path / "apex-ws.sqlite")) as database:
        add(database, "alice")
        modes = {path.stat().st_mode & 0o777 for path in tmp_path.glob("apex-ws.sqlite*")}
    assert modes == {0o600}


def test_a_reading_transaction_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(Unavailable), database.reading() as tx:
        tx._connection.exec_driver_sql("DELETE FROM memberships")


def test_an_exception_undoes_everything(database: SqliteDatabase) -> None:
    revision = database.revision
    with pytest.raises(KeyError), database.writing() as tx:
        ensure_user(tx, HubUser("mallory", "2026", False, ()), now=NOW)
        raise KeyError

    with database.reading() as tx:
        assert tx.principal_named(PrincipalKind.USER, "mallory") is None
    assert database.revision == revision


def test_the_revision_moves_with_each_change_and_only_then(database: SqliteDatabase) -> None:
    heard: list[int] = []
    silence = database.when_changed(heard.append)
    before = database.revision

    add(database, "erin")
    with database.writing() as tx:
        tx.principal_named(PrincipalKind.USER, "erin")
    add(database, "frank")
    silence()
    add(database, "grace")

    assert heard == [before + 1, before + 2]
    assert database.revision == before + 3


def test_a_reader_stays_in_its_moment_while_others_write(database: SqliteDatabase) -> None:
    with database.reading() as tx:
        assert tx.principal_named(PrincipalKind.USER, "erin") is None
        add(database, "erin")
        assert tx.principal_named(PrincipalKind.USER, "erin") is None
    with database.reading() as tx:
        assert tx.principal_named(PrincipalKind.USER, "erin") is not None


def test_many_writers_lose_nothing_and_readers_never_wait_for_them(database: SqliteDatabase) -> None:
    rounds, writers = 25, 8
    stop = threading.Event()
    seen: list[int] = []

    def write(writer: int) -> None:
        for number in range(rounds):
            with database.writing() as tx:
                # Read, then write on what was read: only in order is nothing lost.
                group = tx.principal_named(PrincipalKind.GROUP, "hydrology")
                assert group is not None
                size = int(group.display_name) if group.display_name.isdigit() else 0
                tx.change_principal(replace(group, display_name=str(size + 1)))
                ensure_user(tx, HubUser(f"p{writer}-{number}", "2026", False, ()), now=NOW)

    def read() -> None:
        while not stop.is_set():
            with database.reading() as tx:
                people = tx.active_principals(PrincipalKind.USER)
                group = tx.principal_named(PrincipalKind.GROUP, "hydrology")
            added = sum("-" in person.name for person in people)
            assert group is not None
            assert group.display_name in {str(added), "hydrology"}  # both of one transaction, or none
            seen.append(added)

    with ThreadPoolExecutor(writers + 2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for done in [pool.submit(write, writer) for writer in range(writers)]:
            done.result()
        stop.set()
        for done in readers:
            done.result()

    with database.reading() as tx:
        group = tx.principal_named(PrincipalKind.GROUP, "hydrology")
        assert group is not None and group.display_name == str(rounds * writers)
    assert seen


def test_a_writer_who_waits_too_long_is_told_to_come_again(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", 0.05)
    with database.writing(), pytest.raises(Unavailable) as refused, database.writing():
        raise AssertionError("two writers at once")
    assert refused.value.retry_after


def test_what_was_answered_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "apex-ws.sqlite"
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("writes_until_killed.py"), path],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
        writer.wait()
        writer.stdout.close()
        said = max(int(line) for line in lines if line.endswith("\n"))
        with closing(SqliteDatabase.open(path)) as database, database.reading() as tx:
            names = {person.name for person in tx.active_principals(PrincipalKind.USER)}
            assert pragma(tx, "integrity_check") == "ok"
        assert {f"person{number}" for number in range(said + 1)} <= names


def item(home: House, path: tuple[bytes, ...], identity: Identity) -> ItemRecord:
    return ItemRecord(
        new_id("s"), home.workspaces["alice"], path, EntryType.FOLDER, identity, ItemState.ACTIVE
    )


def test_names_are_bytes_and_inodes_are_unsigned(home: House, database: SqliteDatabase) -> None:
    kept = [
        item(home, (b"\xff\xfe", "größe".encode(), b"a\nb", b"%2F"), Identity(2**64 - 1, 2**64 - 1, 2**62)),
        item(home, (b"a",), Identity(0, 2**63, 0)),
    ]
    with database.writing() as tx:
        for record in kept:
            tx.add_item(record)
    with database.reading() as tx:
        assert [tx.item(record.id) for record in kept] == kept
        assert tx.item_at(kept[0].workspace, kept[0].path) == kept[0]
        assert tx.items_like(kept[0].workspace, kept[0].identity) == [kept[0]]


def test_below_is_below_and_not_what_only_begins_alike(home: House, database: SqliteDatabase) -> None:
    paths = [(b"a",), (b"a", b"x"), (b"a-",), (b"a.b",), (b"a0",), (b"ab",), (b"a", b"x", b"y"), (b"A",)]
    with database.writing() as tx:
        for number, path in enumerate(paths):
            tx.add_item(item(home, path, Identity(1, number, 1)))
    with database.reading() as tx:
        under = [found.path for found in tx.items_under(home.workspaces["alice"], (b"a",))]
        everything = tx.items_under(home.workspaces["alice"], ())
    assert under == [(b"a",), (b"a", b"x"), (b"a", b"x", b"y")]
    assert len(everything) == len(paths)


def test_one_active_item_a_path_and_one_live_grant_a_grantee(home: House, database: SqliteDatabase) -> None:
    first = item(home, (b"a",), Identity(1, 1, 1))
    with database.writing() as tx:
        tx.add_item(first)
    with pytest.raises(IntegrityError), database.writing() as tx:
        tx.add_item(item(home, (b"a",), Identity(1, 2, 1)))

    grant = GrantRecord(
        new_id("g"), first.id, home.ids["bob"], "viewer", None, None, home.ids["alice"], NOW, 1
    )
    with database.writing() as tx:
        tx.add_grant(grant)
    with pytest.raises(IntegrityError), database.writing() as tx:
        tx.add_grant(replace(grant, id=new_id("g")))
    with database.writing() as tx:
        tx.end_grants([grant.id], by=None, now=NOW)
        tx.add_grant(replace(grant, id=new_id("g")))


def test_a_role_of_another_release_gives_nothing(home: House, database: SqliteDatabase) -> None:
    for number, role in enumerate(("owner", "superviewer", "", "VIEWER")):
        record = item(home, (role.encode() or b"none",), Identity(1, number, 1))
        with database.writing() as tx:
            tx.add_item(record)
            tx.add_grant(
                GrantRecord(
                    new_id("g"), record.id, home.ids["bob"], role, None, None, home.ids["alice"], NOW, 1
                )
            )
    with database.reading() as tx:
        for act in Act:
            assert tx.visible_items(home.subject("bob"), act, NOW) == []
    assert home.with_me("bob") == []


def test_a_grant_on_a_file_shows_nothing_of_the_folder_that_took_its_name(
    home: House, database: SqliteDatabase
) -> None:
    file = replace(item(home, (b"a",), Identity(1, 1, 1)), type=EntryType.FILE)
    below = item(home, (b"a", b"b"), Identity(1, 2, 1))
    grant = GrantRecord(
        new_id("g"), file.id, home.ids["bob"], "editor", None, None, home.ids["alice"], NOW, 1
    )
    with database.writing() as tx:
        tx.add_item(file)
        tx.add_item(below)
        tx.add_grant(grant)
    with database.reading() as tx:
        assert tx.visible_items(home.subject("bob"), Act.READ, NOW) == [file]
        assert tx.visible_items(home.subject("bob"), Act.CREATE, NOW) == []


@pytest.mark.parametrize("path", [(b".a",), (b"a", b".b"), (b"a", b".b", b"c")])
def test_a_dot_name_is_in_no_list(home: House, database: SqliteDatabase, path: tuple[bytes, ...]) -> None:
    record = item(home, path, Identity(1, 1, 1))
    grant = GrantRecord(
        new_id("g"), record.id, home.ids["bob"], "editor", None, None, home.ids["alice"], NOW, 1
    )
    with database.writing() as tx:
        tx.add_item(record)
        tx.add_grant(grant)
    with database.reading() as tx:
        for who in ("alice", "bob"):
            assert tx.visible_items(home.subject(who), Act.LIST, NOW) == []
    assert home.with_me("bob") == []


def test_an_event_revision_is_never_given_twice(home: House, database: SqliteDatabase) -> None:
    home.folder("alice", "data")
    home.share("data", "bob")
    last = home.last_event()
    with database.writing() as tx:
        tx.drop_events(NOW.replace(year=2027))
    home.share("data", "carol")
    with database.reading() as tx:
        events = tx.events_after(home.ids["carol"], 0, limit=10)
    assert [event.revision > last for event in events] == [True]


@pytest.mark.parametrize(
    "look",
    [
        lambda tx, home: tx.facts(home.workspaces["alice"], (b"a", b"b"), frozenset({home.ids["bob"]})),
        lambda tx, home: tx.facts_under(home.workspaces["alice"], (b"a",), None, direct=True),
        lambda tx, home: tx.item_at(home.workspaces["alice"], (b"a",)),
        lambda tx, home: tx.items_like(home.workspaces["alice"], Identity(1, 1, 1)),
        lambda tx, home: tx.lines_with(home.subject("bob"), NOW, before=1 << 62, limit=50),
        lambda tx, home: tx.lines_by(home.subject("alice"), NOW, before=1 << 62, limit=50),
        lambda tx, home: tx.groups_of(home.ids["bob"]),
        lambda tx, home: tx.next_expiry(),
        lambda tx, home: tx.events_after(home.ids["bob"], 0, limit=10),
    ],
)
def test_what_is_looked_up_is_indexed(home: House, database: SqliteDatabase, look: object) -> None:
    statements: list[tuple[str, object]] = []
    with database.reading() as tx:
        driver = tx._connection

        class Noting:
            def execute(self, query: object) -> object:
                compiled = query.compile(driver, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined]
                statements.append((str(compiled), [compiled.params[key] for key in compiled.positiontup]))
                return driver.execute(query)  # type: ignore[call-overload]

        tx._connection = Noting()  # type: ignore[assignment]
        look(tx, home)  # type: ignore[operator]
        plans = [
            row[3]
            for sql, values in statements
            for row in driver.exec_driver_sql(
                "EXPLAIN QUERY PLAN " + sql,
                tuple(_plain(value) for value in values),  # type: ignore[attr-defined]
            )
        ]
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


def _plain(value: object) -> object:
    """Values as the driver takes them; which they are does not matter to a plan."""
    return value if isinstance(value, str | int | bytes) or value is None else str(value).encode()


def test_sqlite_is_new_enough() -> None:
    assert sqlite3.sqlite_version_info >= (3, 37)
