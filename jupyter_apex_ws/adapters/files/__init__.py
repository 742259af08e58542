"""Files on a local disk (`core.ports.FileStore`), reached by openat2 and saved by exchange."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .store import LocalFileStore

__all__ = ["LocalFileStore"]


def __getattr__(name: str) -> object:
    # Not at the top: what only opens and mounts (adapters/mounts) starts in a tenth of the time without it.
    if name == "LocalFileStore":
        from .store import LocalFileStore  # noqa: PLC0415

        return LocalFileStore
    raise AttributeError(name)
