"""Open descriptors that close themselves, and the two ways to get one beneath another."""

import os
from types import TracebackType
from typing import Self

from . import syscalls

FOLDER = os.O_RDONLY | os.O_DIRECTORY
ANY = os.O_PATH | os.O_NOFOLLOW
"""Whatever it is, without opening it: for looking only."""
FILE = os.O_RDONLY | os.O_NOFOLLOW


class Descriptor:
    """Owns one file descriptor. Closing twice is harmless."""

    def __init__(self, number: int) -> None:
        self._number = number

    @property
    def number(self) -> int:
        if self._number < 0:
            raise ValueError("this descriptor is closed")
        return self._number

    @property
    def closed(self) -> bool:
        return self._number < 0

    def beneath(self, path: tuple[bytes, ...], flags: int) -> "Descriptor":
        """Open what lies at `path` below this folder (openat2: no links, nothing above)."""
        return Descriptor(syscalls.openat2(self.number, b"/".join(path) or b".", flags))

    def status(self, name: bytes = b"") -> syscalls.Status:
        """Of this, or of `name` in this folder."""
        return syscalls.status(self.number, name)

    def status_or_none(self, name: bytes) -> syscalls.Status | None:
        """Of `name` in this folder, None where nothing is."""
        try:
            return syscalls.status(self.number, name)
        except FileNotFoundError:
            return None

    def sync(self) -> None:
        os.fsync(self.number)

    def close(self) -> None:
        number, self._number = self._number, -1
        if number >= 0:
            os.close(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # A reader that was forgotten must not cost the process a descriptor for good.
        self.close()
