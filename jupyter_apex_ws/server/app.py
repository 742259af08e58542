"""The extension of a person's Jupyter server: own files by an index here, everything else by the sharing
service."""

import asyncio
import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir
from jupyter_events import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp

from ..core.ports import RelPath
from . import events
from .background import OwnRequests
from .handlers import handlers
from .handlers.base import server_owner
from .notices import Journal, Notices
from .own_files import OwnFiles, open_own_files
from .subscription import Subscription, cancelled
from .upstream import ServiceAddress


class ApexExtension(ExtensionApp):
    """Loaded by Jupyter Server. Its settings are environment variables, which a hub's spawner sets:

    APEX_WS_SERVICE_URL   the service, as `http://…/services/apex-ws/v1`; absent: no sharing
    APEX_WS_INDEX_DIR     a folder on local disk for the index of the own files; it may be lost
    JUPYTERHUB_USER, JUPYTERHUB_API_TOKEN   set by the hub
    """

    name = "jupyter_apex_ws"
    load_other_extensions = True

    own_files: OwnFiles | None = None
    service: ServiceAddress | None = None

    _announcer: events.LocalIndexAnnouncer | None = None
    _journal: Journal | None = None
    _tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def _server(self) -> ServerApp:
        assert self.serverapp is not None  # there is one from the moment that we are linked to it
        return self.serverapp

    @property
    def _events(self) -> EventLogger:
        assert self._server.event_logger is not None  # made before extensions are loaded
        return self._server.event_logger

    def initialize_settings(self) -> None:
        events.register(self._events)
        url = os.environ.get("APEX_WS_SERVICE_URL")
        if url:
            try:
                self.service = ServiceAddress(url)
            except ValueError as error:
                self.log.warning("No sharing on this server: %s", error)

    def initialize_handlers(self) -> None:
        self.handlers.extend(handlers)

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        self._start_own_files()
        token = os.environ.get("JUPYTERHUB_API_TOKEN")
        if self.service is not None and token and server_owner() is not None:
            self._start_background(OwnRequests(self.service, token))

    def _start_own_files(self) -> None:
        root = Path(self._server.root_dir)
        announcer = events.LocalIndexAnnouncer(self._events, asyncio.get_running_loop())
        try:
            self.own_files = open_own_files(
                root, _index_folder(root), self.log, announcer.changed, [Path(jupyter_runtime_dir())]
            )
        except (OSError, sqlite3.Error) as error:
            self.log.warning("The own files are not listed: %s", error)
            return
        self._announcer = announcer
        self._listen("on_saved", self._tell)
        self._listen("on_deleted", self._tell)
        self._listen("on_moved", self._tell)
        self.own_files.start()

    def _start_background(self, requests: OwnRequests) -> None:
        announcer = events.Announcer(self._events)
        runs = [Subscription(requests, announcer.announce, self.log).run()]
        prefix = _below_home(Path(self._server.root_dir))
        if prefix is not None:
            try:
                self._journal = Journal(Path(jupyter_data_dir()) / "apex-ws" / "notices.sqlite")
            except (OSError, sqlite3.Error) as error:
                self.log.warning("The sharing service will learn late of moves and deletions: %s", error)
            else:
                notices = Notices(self._journal, requests, prefix, self.log)
                self._listen("on_moved", notices.moved)
                self._listen("on_deleted", notices.deleted)
                runs.append(notices.run())
        self._tasks = tuple(asyncio.create_task(run) for run in runs)

    def _listen(self, event: str, listener: Any) -> None:
        """To our own contents manager; another one has no such lists, and the kernel tells of its changes
        too."""
        listeners = getattr(self._server.contents_manager, event, None)
        if isinstance(listeners, list):
            listeners.append(listener)

    def _tell(self, path: str, target: str | None = None) -> None:
        if self.own_files is not None:
            self.own_files.tell(_rel(path), None if target is None else _rel(target))

    async def stop_extension(self) -> None:
        for task in self._tasks:
            await cancelled(task)
        if self._journal is not None:
            self._journal.close()
        if self._announcer is not None:
            self._announcer.stop()
        if self.own_files is not None:
            await asyncio.to_thread(self.own_files.stop)
            self.own_files = None


def _rel(path: str) -> RelPath:
    return tuple(os.fsencode(part) for part in path.split("/") if part)


def _index_folder(root: Path) -> Path:
    """Of this root, in the folder that was given, or among the person's caches."""
    given = os.environ.get("APEX_WS_INDEX_DIR")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parent = Path(given) if given else cache / "jupyter-apex-ws"
    return parent / hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]


def _below_home(root: Path) -> RelPath | None:
    """Where the server's root is in the home, which is the personal workspace; None where it is not in it."""
    try:
        parts = root.resolve().relative_to(Path.home().resolve()).parts
    except (ValueError, RuntimeError):
        return None
    return tuple(map(os.fsencode, parts))
