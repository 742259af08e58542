"""What a client knows of his folder from the answers he got, and what each act makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

Sharing = tuple[str, str]
"""Path of a file, and whom it is shared with."""


@dataclass(frozen=True)
class Known:
    """Files with their bytes, folders, and which role whom a file is shared with has. Paths begin in the
    client's folder."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    grants: Mapping[Sharing, str] = field(default_factory=dict)

    def without_grants_on(self, path: str) -> dict[Sharing, str]:
        return {sharing: role for sharing, role in self.grants.items() if sharing[0] != path}

    def difference(self, other: "Known") -> str:
        """For a person who reads why a test failed."""
        lines = []
        for name in ("files", "grants"):
            mine, its = getattr(self, name), getattr(other, name)
            lines += [f"{name}: {key}" for key in mine.keys() ^ its.keys()]
            lines += [f"{name}: {key} differs" for key in mine.keys() & its.keys() if mine[key] != its[key]]
        lines += [f"folder {path}" for path in self.folders ^ other.folders]
        return ", ".join(lines) or "none"


class Operation(Protocol):
    """One act of a client."""

    def after(self, known: Known) -> Known:
        """What is there once it is done."""


@dataclass(frozen=True)
class Save:
    path: str
    content: bytes

    def after(self, known: Known) -> Known:
        return replace(known, files={**known.files, self.path: self.content})


@dataclass(frozen=True)
class MakeFolder:
    path: str

    def after(self, known: Known) -> Known:
        return replace(known, folders=known.folders | {self.path})


@dataclass(frozen=True)
class Rename:
    """Of a file, or of a folder with all that is in it; what is shared stays shared."""

    path: str
    to: str

    def after(self, known: Known) -> Known:
        def there(path: str) -> str:
            below = path == self.path or path.startswith(self.path + "/")
            return self.to + path[len(self.path) :] if below else path

        return Known(
            {there(path): content for path, content in known.files.items()},
            frozenset(map(there, known.folders)),
            {(there(path), grantee): role for (path, grantee), role in known.grants.items()},
        )


@dataclass(frozen=True)
class Delete:
    """Of a file: what was shared of it ends."""

    path: str

    def after(self, known: Known) -> Known:
        files = {path: content for path, content in known.files.items() if path != self.path}
        return replace(known, files=files, grants=known.without_grants_on(self.path))


@dataclass(frozen=True)
class Grant:
    path: str
    grantee: str
    role: str

    def after(self, known: Known) -> Known:
        return replace(known, grants={**known.grants, (self.path, self.grantee): self.role})


@dataclass(frozen=True)
class Change(Grant):
    """Another role for the same one."""


@dataclass(frozen=True)
class Revoke:
    path: str
    grantee: str

    def after(self, known: Known) -> Known:
        gone = (self.path, self.grantee)
        return replace(known, grants={key: role for key, role in known.grants.items() if key != gone})


class Journal:
    """What one client was told. One act at a time: at most one can be under way when the service dies."""

    def __init__(self) -> None:
        self.known = Known()
        self.history: list[tuple[Operation, int]] = []
        self.under_way: Operation | None = None

    def begin(self, operation: Operation) -> None:
        self.under_way = operation

    def acknowledge(self, port: int) -> None:
        """The act succeeded. `port`: where the client got the answer."""
        assert self.under_way is not None
        self.known = self.under_way.after(self.known)
        self.history.append((self.under_way, port))
        self.under_way = None

    def possible(self) -> list[Known]:
        """What may be there after a crash: what was acknowledged, with or without the act under way."""
        return [self.known] + ([self.under_way.after(self.known)] if self.under_way else [])

    def settle(self, found: Known) -> None:
        """Go on from what was found."""
        self.known = found
        self.under_way = None
