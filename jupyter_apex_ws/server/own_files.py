"""The index of the own files: filled by a walk, kept fresh by news from the kernel and from Jupyter itself.

One thread does all of it. While it reads, what it has read can be searched already. What nobody tells of
(changes by other machines on a network disk, folders beyond the system's limit of watches) is found by
walking again from time to time.
"""

import contextlib
import fcntl
import logging
import os
import select
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ..adapters.index import Child, Hit, Hits, Index, IndexLost, Query, is_bundle
from ..contract.local import IndexState
from ..core.ports import RelPath
from .inotify import Overflow, Watcher, WatchLimit
from .walk import Folder, Home

ROOT = "home"

_DEBOUNCE_SECONDS = 0.05
_SLICE_SECONDS = 0.1
_SLICE_ENTRIES = 5_000
_RETRY_SECONDS = 30.0

_WALK_SECONDS = 600.0
"""Between two walks while the kernel tells of changes."""
_BLIND_WALK_SECONDS = 60.0
"""Between two walks while it does not."""
_WALK_SHARE = 50
"""And never more than a fiftieth of the time."""

_LIMIT = (
    "The system lets this account watch no more folders: changes made outside of Jupyter are found every few "
    "minutes. An administrator can raise fs.inotify.max_user_watches."
)
_BLIND = "This system does not tell of changes: those made outside of Jupyter are found every few minutes."
_FAILED = (
    "The list of your files cannot be kept ({reason}). Trying again in half a minute; your files are safe."
)


@dataclass(frozen=True)
class Status:
    """How far the index is, and how old what it says can be."""

    state: IndexState
    items: int
    refreshed_at: datetime | None
    detail: str | None


class OwnFiles:
    """`changed` is called in the thread of the index after something came, changed or went; `let_go` last."""

    def __init__(
        self,
        home: Home,
        index: Index,
        log: logging.Logger,
        changed: Callable[[], None],
        let_go: Callable[[], None],
    ):
        self._home = home
        self._index = index
        self._log = log
        self._changed = changed
        self._let_go = let_go
        self._lock = threading.Lock()
        self._told: list[tuple[RelPath, RelPath | None]] = []
        self._wake_out, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._watcher: Watcher | None = None
        self._to_read: list[Folder] = []
        self._walk_began: float | None = None
        self._next_walk = 0.0
        self._limited = False
        self._complete = False
        self._walked_at: datetime | None = None
        self._failure: str | None = None
        self._lost = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="apex-ws-index", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Stop reading and let go of everything. Waits for the thread."""
        self._stopping = True
        self._wake()
        if self._thread.ident is not None:
            self._thread.join(10)
        if self._watcher is not None:
            self._watcher.close()
        os.close(self._wake_in)
        os.close(self._wake_out)
        self._index.close()
        self._let_go()

    def status(self) -> Status:
        """As it is now."""
        if self._failure is not None:
            return Status(
                IndexState.FAILED, self._items(), self._walked_at, _FAILED.format(reason=self._failure)
            )
        if not self._complete:
            return Status(IndexState.READING, self._items(), self._walked_at, None)
        live = self._watcher is not None and not self._limited
        detail = None if live else _BLIND if self._watcher is None else _LIMIT
        return Status(IndexState.READY, self._items(), datetime.now(UTC) if live else self._walked_at, detail)

    def _items(self) -> int:
        try:
            return self._index.count(ROOT)
        except (IndexLost, sqlite3.Error):
            return 0

    def search(self, query: Query, limit: int) -> Hits:
        """Raises SearchTooLong, IndexLost."""
        with self._noticing_loss():
            return self._index.search(query, [ROOT], limit)

    def recent(self, limit: int) -> list[Hit]:
        """Raises SearchTooLong, IndexLost."""
        with self._noticing_loss():
            return self._index.recent([ROOT], limit)

    @contextlib.contextmanager
    def _noticing_loss(self) -> Iterator[None]:
        try:
            yield
        except IndexLost:
            self._lost = True
            self._wake()
            raise

    def tell(self, path: RelPath, target: RelPath | None = None) -> None:
        """Something happened at `path`, or it was moved to `target`. From any thread, does not wait."""
        with self._lock:
            self._told.append((path, target))
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it has not read the last one yet
            os.write(self._wake_in, b"!")

    def _run(self) -> None:
        try:
            self._watcher = Watcher()
        except OSError as error:
            self._log.info("Changes of files are looked for instead of told: %s", error.strerror)
        while not self._stopping:
            try:
                self._step()
            except IndexLost:
                self._lost = True
            except (OSError, sqlite3.Error) as error:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        if self._failure is None:
            self._log.warning("The index of the own files cannot be kept: %s", reason)
        self._failure = reason
        self._to_read = []
        self._walk_began = None
        self._next_walk = time.monotonic() + _RETRY_SECONDS
        self._wait(_RETRY_SECONDS)

    def _step(self) -> None:
        """Wait for something to do, and do a slice of it."""
        if self._lost:
            self._log.warning("The index of the own files was broken. It is made anew.")
            self._lost = self._complete = False
            self._begin_walk()
        if not self._to_read and self._walk_began is None and time.monotonic() >= self._next_walk:
            self._begin_walk()
        if not self._to_read:
            self._wait(max(0.0, self._next_walk - time.monotonic()))
        self._follow_told()
        self._follow_news()
        if self._to_read:
            self._read_a_slice()
        if not self._to_read and self._walk_began is not None:
            self._end_walk()

    def _begin_walk(self) -> None:
        self._to_read = [((), 0)]
        self._walk_began = time.monotonic()

    def _end_walk(self) -> None:
        now = time.monotonic()
        took = now - (self._walk_began or now)
        self._walk_began = self._failure = None
        self._walked_at = datetime.now(UTC)
        blind = self._watcher is None or self._limited
        self._next_walk = now + max(_BLIND_WALK_SECONDS if blind else _WALK_SECONDS, took * _WALK_SHARE)
        if not self._complete:
            self._complete = True
            self._changed()

    def _wait(self, seconds: float) -> None:
        descriptors = [self._wake_out]
        if self._watcher is not None and self._failure is None:
            descriptors.append(self._watcher.descriptor)
        ready, _, _ = select.select(descriptors, [], [], seconds)
        if self._wake_out in ready:
            os.read(self._wake_out, 4096)
        elif ready:
            time.sleep(_DEBOUNCE_SECONDS)  # what is made at once comes at once

    def _follow_told(self) -> None:
        """What Jupyter did, in order."""
        with self._lock:
            told, self._told = self._told, []
        touched: set[RelPath] = set()
        for path, target in told:
            if target is not None and not self._home.excluded(path) and not self._home.excluded(target):
                self._follow(touched)
                touched = set()
                if self._index.moved(ROOT, path, target):
                    self._changed()
            touched |= {path} if target is None else {path, target}
        self._follow(touched)

    def _follow_news(self) -> None:
        if self._watcher is None:
            return
        touched: set[RelPath] = set()
        try:
            for folder, name, _ in self._watcher.news():
                touched.add((*folder.split(b"/"), name) if folder else (name,))
        except Overflow:
            self._begin_walk()
        self._follow(touched)

    def _follow(self, touched: set[RelPath]) -> None:
        """Look at these paths, and at the folders they are in, whose times changed with them."""
        seen: dict[RelPath, Child | None] = {}
        for path in touched:
            if path and not self._home.excluded(path):
                seen[path] = found = self._home.look(path)
                if found is not None and found[1] and not is_bundle(found[0]):
                    self._to_read.append((path, found[3]))
        for path in {path[:-1] for path in touched} - seen.keys() - {()}:
            if not self._home.excluded(path):
                seen[path] = self._home.look(path)
        if seen and self._index.change(ROOT, seen):
            self._changed()

    def _read_a_slice(self) -> None:
        """Some folders, into the index."""
        end = time.monotonic() + _SLICE_SECONDS
        listings: list[tuple[RelPath, list[Child]]] = []
        others: dict[RelPath, Child | None] = {}
        entries = 0
        while self._to_read and entries < _SLICE_ENTRIES and time.monotonic() < end and not self._stopping:
            path, time_seen = self._to_read.pop()
            self._watch(path)  # before it is read, so that nothing falls in between
            children = self._home.children(path)
            if children is None:
                if not path:
                    raise FileNotFoundError(2, "the folder is not there")
                others[path] = None
                continue
            if path and (itself := self._home.itself(path)) and itself[3] != time_seen:
                others[path] = itself  # something came into it before it was watched
            listings.append((path, children))
            self._to_read.extend(self._home.folders_in(path, children))
            entries += len(children) + 1
        changed = self._index.sync(ROOT, listings) if listings else 0
        changed += self._index.change(ROOT, others) if others else 0
        if changed:
            self._changed()

    def _watch(self, path: RelPath) -> None:
        if self._watcher is None:
            return
        try:
            self._watcher.add(self._home.absolute(path), b"/".join(path))
        except WatchLimit:
            if not self._limited:
                self._log.warning("%s", _LIMIT)
            self._limited = True


def open_own_files(
    root: Path, folder: Path, log: logging.Logger, changed: Callable[[], None], excluded: list[Path]
) -> OwnFiles:
    """The own files below `root`, with the index in `folder`, or in a folder for this run where that cannot
    be or another server uses it. Raises OSError, sqlite3.Error."""
    lock: IO[bytes] | None = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "in-use").open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        index = Index(folder / "own-files.sqlite")
    except (OSError, sqlite3.Error) as error:
        log.info("The index of the own files is kept for this run only: %s", type(error).__name__)
        if lock is not None:
            lock.close()
        lock = None
        temporary = tempfile.TemporaryDirectory(prefix="apex-ws-index-", ignore_cleanup_errors=True)
        folder = Path(temporary.name)
        return OwnFiles(
            Home(root, [folder, *excluded]),
            Index(folder / "own-files.sqlite"),
            log,
            changed,
            temporary.cleanup,
        )
    return OwnFiles(Home(root, [folder, *excluded]), index, log, changed, lock.close)
