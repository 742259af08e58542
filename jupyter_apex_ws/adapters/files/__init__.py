"""Files on a local disk (`core.ports.FileStore`), reached by openat2 and saved by exchange."""

from .store import LocalFileStore

__all__ = ["LocalFileStore"]
