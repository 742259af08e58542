"""A file open for reading."""

import os

from ...core.errors import NotFound
from .descriptors import Descriptor
from .failures import translated
from .identity import stat_of


class LocalOpenFile:
    """core.ports.OpenFile on a descriptor. Raises NotFound for what is not a regular file."""

    def __init__(self, file: Descriptor) -> None:
        self._file = file
        try:
            status = file.status()
            if not status.is_file:
                raise NotFound
            self.stat = stat_of(status)
        except BaseException:
            file.close()
            raise

    def read_at(self, offset: int, size: int) -> bytes:
        with translated():
            return os.pread(self._file.number, size, offset)

    def close(self) -> None:
        self._file.close()
