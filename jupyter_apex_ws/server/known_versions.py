"""Which version of each file this server last read or wrote."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from ..adapters.files.own_files import Version

_MOST = 10_000


class KnownVersions:
    """By real path; the longest unused are forgotten first. Safe from several threads."""

    def __init__(self) -> None:
        self._versions: OrderedDict[Path, Version] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, path: Path) -> Version | None:
        with self._lock:
            return self._versions.get(path)

    def __setitem__(self, path: Path, version: Version) -> None:
        with self._lock:
            self._versions[path] = version
            self._versions.move_to_end(path)
            while len(self._versions) > _MOST:
                self._versions.popitem(last=False)

    def move(self, old: Path, new: Path) -> None:
        """What was at `old` or below it is at `new` now."""
        with self._lock:
            for path in [path for path in self._versions if path.is_relative_to(old)]:
                self._versions[new / path.relative_to(old)] = self._versions.pop(path)

    def forget(self, gone: Path) -> None:
        """What was at `gone` or below it is no more."""
        with self._lock:
            for path in [path for path in self._versions if path.is_relative_to(gone)]:
                del self._versions[path]
