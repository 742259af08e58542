"""The index over names in shares, kept by one thread: after our own changes at once, else by walking."""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Final

from ..adapters.index import Index, IndexLost, Query, SearchTooLong
from ..contract.entries import EntryType
from ..contract.problems import FieldError
from ..core import items
from ..core.errors import ApexError, Invalid, NotFound, TooMany, Unavailable
from ..core.ports import Anchor, Database, FileStore, RelPath, Stat
from ..core.records import ItemRecord
from ..core.search import Proposal

_SETTLE: Final = 0.2
_SHARE_OF_TIME: Final = 20
"""Walking takes at most one part in twenty of the time."""

Touched = tuple[str, RelPath]
_SOMETHING: Final = ("", ())

_FAILURES: Final = (ApexError, IndexLost, OSError, sqlite3.Error)
"""What a disk that is full or broken makes of keeping up: told, and tried again with the next walk."""

log = logging.getLogger(__name__)


class ShareIndex:
    """`core.search.NameIndex`. A root is a share's id; its paths begin with the share's own name."""

    def __init__(self, index: Index, database: Database, store: FileStore, *, seconds: float) -> None:
        self._index = index
        self._database = database
        self._store = store
        self._seconds = seconds
        self._queue: queue.SimpleQueue[Touched | None] = queue.SimpleQueue()
        self._known: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="share-index", daemon=True)
        self._ended = threading.Event()
        self._stop_listening = database.when_changed(lambda revision: self._queue.put(_SOMETHING))

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for it."""
        self._stop_listening()
        self._ended.set()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()
        self._index.close()

    def propose(self, text: str, shares: Iterable[str], limit: int) -> tuple[list[Proposal], int]:
        """See `NameIndex`."""
        try:
            query = Query.parse(text)
        except ValueError as error:
            too_long = FieldError(pointer="?q", detail="Search for fewer letters.")
            raise Invalid("This cannot be searched for.", errors=[too_long]) from error
        try:
            found = self._index.search(query, list(shares), limit)
        except SearchTooLong as error:
            raise TooMany("This search takes too long. Type more letters.", retry_after=1) from error
        except IndexLost:
            self._known.clear()
            self._queue.put(_SOMETHING)
            return [], 0
        except sqlite3.Error as error:
            raise Unavailable("Search does not answer. Try again in a moment.", retry_after=5) from error
        return [Proposal(hit.root, hit.path) for hit in found.items], found.total

    def touched(self, workspace: str, path: RelPath) -> None:
        """Something came, changed or went there: look again soon. Returns at once."""
        self._queue.put((workspace, path))

    def _run(self) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            began = time.monotonic()
            try:
                if began >= due:
                    self._known.clear()
                self._walk_new()
            except _FAILURES:
                log.exception("the index over shares could not be brought up to date")
            took = time.monotonic() - began
            if began >= due:
                due = time.monotonic() + max(self._seconds, took * _SHARE_OF_TIME)
            self._follow(due)

    def _follow(self, due: float) -> None:
        """Wait for news, or until all has to be walked again, and take in what was touched."""
        while not self._ended.is_set():
            try:
                news = {self._queue.get(timeout=max(0.0, due - time.monotonic()))}
            except queue.Empty:
                return
            self._ended.wait(_SETTLE)
            while not self._queue.empty():
                news.add(self._queue.get())
            for workspace, path in filter(None, news - {_SOMETHING}):
                self._look(workspace, path)
            if _SOMETHING in news:
                return

    def _walk_new(self) -> None:
        """Walk shares that are not known yet, forget those that are none any more."""
        with self._database.reading() as tx:
            shared = {item.id: item for item in items.all_shared(tx)}
        for gone in self._known - shared.keys():
            self._index.remove(gone, ())
        self._known &= shared.keys()
        for id_ in shared.keys() - self._known:
            if self._ended.is_set():
                return
            self._walk(shared[id_])

    def _walk(self, item: ItemRecord) -> None:
        try:
            self._index.replace(item.id, self._entries(item))
            self._known.add(item.id)
        except NotFound:
            self._index.remove(item.id, ())

    def _entries(self, item: ItemRecord) -> Iterator[tuple[RelPath, Stat]]:
        """What is in a share, with its own name before each path; the share itself first."""
        name = item.path[-1:]
        is_folder = item.type is EntryType.FOLDER
        anchor = Anchor(item.workspace, item.path, item.identity if is_folder else None)
        yield name, self._store.stat(anchor, ())
        if is_folder:
            for path, stat in self._store.walk(anchor):
                yield name + path, stat

    def _look(self, workspace: str, path: RelPath) -> None:
        """Take in one path, in every share that holds it."""
        try:
            with self._database.reading() as tx:
                shared = [item for item in items.all_shared(tx) if item.workspace == workspace]
            for item in shared:
                if item.path[: len(path)] == path:
                    self._walk(item)  # the share itself, or one below it
                elif path[: len(item.path)] == item.path:
                    self._take_in(item, path[len(item.path) :])
        except _FAILURES:
            log.exception("the index over shares missed a change")

    def _take_in(self, item: ItemRecord, path: RelPath) -> None:
        anchor, name = Anchor(item.workspace, item.path, item.identity), item.path[-1:]
        try:
            stat = self._store.stat(anchor, path)
        except NotFound:
            self._index.remove(item.id, name + path)
            return
        self._index.update(item.id, name + path, stat)
        if stat.type is EntryType.FOLDER:
            below = Anchor(item.workspace, item.path + path, stat.identity)
            for inner, found in self._store.walk(below):
                self._index.update(item.id, name + path + inner, found)
