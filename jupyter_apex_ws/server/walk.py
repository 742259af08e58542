"""Looking at the own files: what a folder holds, and what is left out."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from ..adapters.index import Child, is_bundle
from ..core.paths import hidden
from ..core.ports import RelPath

_SHARES = b"shared"

Folder = tuple[RelPath, int]
"""A folder to go into, and its time when it was seen from above."""


class Home:
    """The folder whose files are one's own. Links are not followed; names with a dot in front are left out,
    and so is `~/shared` where it is a mount: what is in it is found by the service."""

    def __init__(self, root: Path, excluded: Iterable[Path] = ()):
        self.root = os.fsencode(root.resolve())
        self._excluded = {path for folder in excluded if (path := self._below(folder.resolve()))}
        if os.path.ismount(os.path.join(self.root, _SHARES)):  # noqa: PTH118  (bytes)
            self._excluded.add((_SHARES,))

    def _below(self, folder: Path) -> RelPath | None:
        try:
            parts = folder.relative_to(os.fsdecode(self.root)).parts
        except ValueError:
            return None
        return tuple(map(os.fsencode, parts))

    def absolute(self, path: RelPath) -> bytes:
        """As the system wants it."""
        return b"/".join((self.root, *path))

    def excluded(self, path: RelPath) -> bool:
        """Whether it is left out."""
        return hidden(path) or any(path[: len(out)] == out for out in self._excluded)

    def children(self, path: RelPath) -> list[Child] | None:
        """What is in a folder; None where there is no such folder (any more). Raises OSError where the disk
        does."""
        try:
            return self._children(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except PermissionError:
            return []

    def _children(self, path: RelPath) -> list[Child]:
        out = {left[-1] for left in self._excluded if left[:-1] == path}
        children: list[Child] = []
        with os.scandir(self.absolute(path)) as entries:
            for entry in entries:
                if entry.name[0] == 46 or (out and entry.name in out):  # 46: a dot
                    continue
                try:
                    if entry.is_dir(follow_symlinks=False):
                        found = entry.stat(follow_symlinks=False)
                        children.append((entry.name, True, 0, found.st_mtime_ns))
                    elif entry.is_file(follow_symlinks=False):
                        found = entry.stat(follow_symlinks=False)
                        children.append((entry.name, False, found.st_size, found.st_mtime_ns))
                except OSError:
                    continue  # gone since
        return children

    def look(self, path: RelPath) -> Child | None:
        """One entry as it is now; None where there is nothing that is served, or a link on the way."""
        above = (self.itself(path[:length]) for length in range(1, len(path)))
        return self.itself(path) if all(found and found[1] for found in above) else None

    def itself(self, path: RelPath) -> Child | None:
        """One entry of a folder that is known to be reached without a link."""
        try:
            found = os.lstat(self.absolute(path))
        except (OSError, ValueError):
            return None
        if stat.S_ISDIR(found.st_mode):
            return path[-1], True, 0, found.st_mtime_ns
        if stat.S_ISREG(found.st_mode):
            return path[-1], False, found.st_size, found.st_mtime_ns
        return None

    def folders_in(self, path: RelPath, children: Iterable[Child]) -> list[Folder]:
        """The folders to go into."""
        return [((*path, child[0]), child[3]) for child in children if child[1] and not is_bundle(child[0])]
