"""Short words for what the tests do with a store of one workspace."""

from dataclasses import dataclass
from pathlib import Path

from jupyter_apex_ws.adapters.files import LocalFileStore
from jupyter_apex_ws.core.ports import Anchor, RelPath, Stat

WORKSPACE = "w-1"
ROOT = Anchor(WORKSPACE, (), None)


@dataclass(frozen=True)
class Files:
    """`home` is the directory of the workspace, for what happens outside the store."""

    store: LocalFileStore
    home: Path
    root: Anchor = ROOT

    def create(self, path: RelPath, data: bytes, anchor: Anchor | None = None) -> Stat:
        writer = self.store.writer(anchor or self.root, path)
        writer.write(data)
        return writer.commit(if_match=None, create=True)

    def replace(self, path: RelPath, data: bytes, if_match: str | None, anchor: Anchor | None = None) -> Stat:
        writer = self.store.writer(anchor or self.root, path)
        writer.write(data)
        return writer.commit(if_match=if_match, create=False)

    def read(self, path: RelPath, anchor: Anchor | None = None) -> bytes:
        file = self.store.open(anchor or self.root, path)
        try:
            return file.read_at(0, 1 << 20)
        finally:
            file.close()

    def folder_anchor(self, path: RelPath) -> Anchor:
        return Anchor(WORKSPACE, path, self.store.stat(self.root, path).identity)

    def names(self, path: RelPath = ()) -> set[bytes]:
        return {name for name, _ in self.store.list(self.root, path)}

    def contents(self) -> dict[str, bytes]:
        """All files at the top of the home, hidden ones as well, as they are on disk."""
        return {entry.name: entry.read_bytes() for entry in self.home.iterdir() if entry.is_file()}


def on_disk(folder: Path) -> list[str]:
    """All names in a folder, hidden ones as well, sorted."""
    return sorted(entry.name for entry in folder.iterdir())


def open_descriptors() -> int:
    """How many this process has."""
    return len(on_disk(Path("/proc/self/fd")))
