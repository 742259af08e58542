"""Jupyter's contents manager with our writer under it.

Stock Jupyter rewrites a file in place, so that a reader can see half of it, and overwrites what somebody else
wrote meanwhile. Here a save becomes visible in one step, and what it displaces is kept as a conflict copy
unless this server itself last read or wrote that version. Everything else is stock behaviour.
"""

import base64
import errno
import mimetypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import IO, Any

from anyio.to_thread import run_sync
from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints
from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

from ..adapters.files import own_files
from ..adapters.files.own_files import Version
from ..adapters.files.writer import TemporaryFile
from .known_versions import KnownVersions
from .uploads import Upload, Uploads

Model = dict[str, Any]
"""A contents model, as Jupyter's REST API has it."""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ApexContentsManager(AsyncLargeFileManager):
    """Own files. Three lists of callables are told, after the fact, what happened to which API path.

    `on_moved(old, new)`, `on_deleted(path)`, `on_saved(path)`: plain functions that return at once. An
    exception of theirs is logged and does not fail the act.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.on_moved: list[Callable[[str, str], object]] = []
        self.on_deleted: list[Callable[[str], object]] = []
        self.on_saved: list[Callable[[str], object]] = []
        self._known = KnownVersions()
        self._uploads = Uploads()
        self._becoming_visible = Lock()
        self._mode = own_files.usual_mode()

    # Saves

    @contextmanager
    def atomic_writing(self, os_path: str, *args: Any, **kwargs: Any) -> Iterator[IO[Any]]:
        """Every save of a notebook or file, and every restored checkpoint, comes through here."""
        path = self._own(os_path)
        if path is None:
            with super().atomic_writing(os_path, *args, **kwargs) as file:
                yield file
            return
        with self.perm_to_403(os_path), _no_room_to_507():
            temporary = own_files.begin(self._root(), path)
            try:
                with _opened(temporary, *args, **kwargs) as file:
                    yield file
                self._finish(temporary, path)
            except BaseException:
                temporary.discard()
                raise

    async def _save_notebook(
        self, os_path: str, nb: Any, capture_validation_error: dict[str, Any] | None = None
    ) -> None:
        # The synchronous form as a whole in a thread: stock waits for the disk on the event loop.
        save = partial(FileManagerMixin._save_notebook, self, os_path, nb, capture_validation_error)
        await run_sync(save)

    async def _save_file(self, os_path: str, content: str, format: str) -> None:  # noqa: A002
        await run_sync(partial(FileManagerMixin._save_file, self, os_path, content, format))

    async def save(self, model: Model, path: str = "") -> Model:
        path = path.strip("/")
        target = None if model.get("chunk") is None else self._own(self._get_os_path(path))
        if target is None:
            saved: Model = await super().save(model, path)
        else:
            saved = await self._save_piece(model, path, target)
        if model.get("chunk") in (None, -1):
            self._tell(self.on_saved, path)
        return saved

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> None:
        path = path.strip("/")
        os_path = self._get_os_path(path)
        if isinstance(self.checkpoints, AsyncFileCheckpoints) and self._own(os_path) is not None:
            source = Path(self.checkpoints.checkpoint_path(checkpoint_id, path))
            if not await run_sync(source.is_file):
                self.checkpoints.no_such_checkpoint(path, checkpoint_id)
            await run_sync(self._restore, source, os_path)
        else:
            await super().restore_checkpoint(checkpoint_id, path)
        self._tell(self.on_saved, path)

    def _restore(self, source: Path, os_path: str) -> None:
        with source.open("rb") as checkpoint, self.atomic_writing(os_path, text=False) as file:
            shutil.copyfileobj(checkpoint, file)

    def _finish(self, temporary: TemporaryFile, path: Path) -> None:
        name = os.fsencode(path.name)
        written = own_files.prepare(temporary, name, self._mode)
        # One at a time: a second save must find the first one's version known.
        with self._becoming_visible:
            self._known[path] = own_files.make_visible(temporary, name, written, self._known[path])
        temporary.close()

    # Uploads in pieces

    async def _save_piece(self, model: Model, path: str, target: Path) -> Model:
        """What AsyncLargeFileManager.save does with a chunk, into a temporary file."""
        chunk = model["chunk"]
        if chunk == 1:
            self.run_pre_save_hooks(model=model, path=path)
        data = _piece(model)
        upload = self._uploads.start(self._root(), target) if chunk == 1 else self._uploads.get(target)
        if upload is None:
            raise HTTPError(409, f"The upload of {path} was interrupted. Upload the file again.")
        try:
            with self.perm_to_403(str(target)), _no_room_to_507():
                await run_sync(upload.append, data)
                if chunk == -1:
                    await run_sync(self._finish, upload.temporary, target)
        except BaseException:
            self._uploads.drop(target)
            raise
        if chunk == -1:
            self._uploads.drop(target)
            saved: Model = await self.get(path, content=False)
            self.run_post_save_hooks(model=saved, os_path=str(target))
        else:
            saved = _under_way(upload, path)
        self.emit(data={"action": "save", "path": path})
        return saved

    # Reads

    async def _read_file(  # type: ignore[override]
        self,
        os_path: str,
        format: str | None,  # noqa: A002
        raw: bool = False,
    ) -> tuple[Any, ...]:
        path = Path(await run_sync(os.path.realpath, os_path))
        before = own_files.version_at(path)
        answer: tuple[Any, ...] = await super()._read_file(os_path, format, raw=True)
        # "byte" is Jupyter computing a hash: the browser does not get those bytes.
        if format != "byte" and before and own_files.version_at(path) == before:
            self._known[path] = Version(before, await run_sync(own_files.digest, answer[2]))
        return answer if raw else answer[:2]

    # Moves and deletions

    async def rename_file(self, old_path: str, new_path: str) -> None:
        old_path, new_path = old_path.strip("/"), new_path.strip("/")
        old = self._name_of(old_path)
        await super().rename_file(old_path, new_path)
        if old_path != new_path:
            self._known.move(old, self._name_of(new_path))
            self._tell(self.on_moved, old_path, new_path)

    async def delete_file(self, path: str) -> None:
        path = path.strip("/")
        gone = self._name_of(path)
        await super().delete_file(path)
        self._known.forget(gone)
        self._tell(self.on_deleted, path)

    async def _copy_dir(self, from_path: str, to_path_original: str, to_name: str, to_path: str) -> Model:
        model: Model = await super()._copy_dir(from_path, to_path_original, to_name, to_path)
        self._tell(self.on_saved, to_path.strip("/"))
        return model

    # Paths

    def _root(self) -> Path:
        return Path(os.path.realpath(self.root_dir))

    def _name_of(self, path: str) -> Path:
        """The real folder and the name in it: a link is renamed and deleted itself, not what it leads to."""
        named = Path(self._get_os_path(path))
        return Path(os.path.realpath(named.parent)) / named.name

    def _own(self, os_path: str) -> Path | None:
        """Where our writer saves what is asked for `os_path`: the real path, inside the root folder.

        None is for stock behaviour: outside the root (a link that leads there), in a folder or over a file
        that may not be written, over what is no file, or where the operator turned atomic writing off.
        """
        path = Path(os.path.realpath(os_path))
        root = self._root()
        if not self.use_atomic_writing or path == root or not path.is_relative_to(root):
            return None
        if not os.access(path.parent, os.W_OK | os.X_OK):
            return None
        if path.exists() and not (path.is_file() and os.access(path, os.W_OK)):
            return None
        return path

    def _tell(self, observers: list[Callable[..., object]], *paths: str) -> None:
        for observer in observers:
            try:
                observer(*paths)
            except Exception:
                self.log.exception("an observer of the contents manager failed")


@contextmanager
def _opened(
    temporary: TemporaryFile, text: bool = True, encoding: str = "utf-8", log: object = None, **kwargs: Any
) -> Iterator[IO[Any]]:
    """As jupyter_server's atomic_writing opens it: text with Unix line ends, or bytes."""
    if text:
        kwargs.setdefault("newline", "\n")
        file: IO[Any] = os.fdopen(temporary.file.number, "w", encoding=encoding, closefd=False, **kwargs)
    else:
        file = os.fdopen(temporary.file.number, "wb", closefd=False, **kwargs)
    with file:
        yield file


@contextmanager
def _no_room_to_507() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise HTTPError(
            507, "There is no room left to save this. Delete something, then save again."
        ) from error


def _piece(model: Model) -> bytes:
    """The bytes of one chunk. Raises HTTPError 400, as stock does."""
    if model.get("type") != "file":
        raise HTTPError(400, "Only files can be uploaded in pieces")
    if "content" not in model:
        raise HTTPError(400, "No file content provided")
    encoding = model.get("format")
    if encoding not in ("text", "base64"):
        raise HTTPError(400, "Must specify format of file contents as 'text' or 'base64'")
    try:
        content: str = model["content"]
        return content.encode() if encoding == "text" else base64.b64decode(content.encode("ascii"))
    except (AttributeError, ValueError) as error:
        raise HTTPError(400, "The content is not encoded as its format says") from error


def _under_way(upload: Upload, path: str) -> Model:
    """The model of a file that is not there yet."""
    name = path.rsplit("/", 1)[-1]
    return {
        "name": name,
        "path": path,
        "last_modified": upload.began,
        "created": upload.began,
        "content": None,
        "format": None,
        "mimetype": mimetypes.guess_type(name)[0],
        "size": upload.size,
        "writable": True,
        "hash": None,
        "hash_algorithm": None,
        "type": "file",
    }
