"""Files that come in pieces: nothing is visible before the last piece is there."""

import atexit
import os
import time
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path

from ..adapters.files.own_files import begin
from ..adapters.files.writer import TemporaryFile

_MOST = 100
_IDLE_SECONDS = 3600


class Upload:
    """One file under way to `path`, a real path below `root`."""

    def __init__(self, root: Path, path: Path) -> None:
        self.name = os.fsencode(path.name)
        self.temporary: TemporaryFile = begin(root, path)
        self.size = 0
        self.began = datetime.now(UTC)
        self.touched = time.monotonic()

    def append(self, data: bytes) -> None:
        self.temporary.write(data)
        self.size += len(data)
        self.touched = time.monotonic()


class Uploads:
    """All that are under way, by real path. What nobody continues for an hour is dropped."""

    def __init__(self) -> None:
        self._uploads: OrderedDict[Path, Upload] = OrderedDict()
        atexit.register(self.close)

    def start(self, root: Path, path: Path) -> Upload:
        """Begin anew; what came for this path before is dropped."""
        self.drop(path)
        self._drop_idle()
        upload = self._uploads[path] = Upload(root, path)
        return upload

    def get(self, path: Path) -> Upload | None:
        return self._uploads.get(path)

    def drop(self, path: Path) -> None:
        upload = self._uploads.pop(path, None)
        if upload is not None:
            upload.temporary.discard()

    def close(self) -> None:
        """Drop all: the server ends."""
        for path in list(self._uploads):
            self.drop(path)

    def _drop_idle(self) -> None:
        oldest_first = sorted(self._uploads, key=lambda path: self._uploads[path].touched)
        long_ago = time.monotonic() - _IDLE_SECONDS
        for number, path in enumerate(oldest_first):
            if self._uploads[path].touched < long_ago or len(oldest_first) - number >= _MOST:
                self.drop(path)
