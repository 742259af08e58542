"""What to mount, and what became of it: as JSON between the hub and the program that mounts."""

import json
from dataclasses import dataclass, field

Path = tuple[bytes, ...]
"""As `core.ports.RelPath`, which is not imported: with it comes much that takes time to load."""


@dataclass(frozen=True)
class Folder:
    """A folder of a workspace, and which object it was when the right to it was judged."""

    path: Path
    device: int
    inode: int
    birth_ns: int


@dataclass(frozen=True)
class Share:
    """A folder to be at `shared/<owner>/<name>`. `writable_below`: folders in it that may be written."""

    owner: str
    name: str
    workspace: str
    folder: Folder
    writable: bool
    writable_below: tuple[Folder, ...] = ()


@dataclass(frozen=True)
class Plan:
    """`root` is the folder of all workspaces, `home` the person's own.

    `most_entries`: how much of a share is looked through for names that begin with a dot; `most_hidden`: how
    many of them are taken out. A share beyond either is not mounted.
    """

    root: str
    home: str
    shares: tuple[Share, ...]
    most_entries: int = 100_000
    most_hidden: int = 1_000

    def to_json(self) -> bytes:
        return json.dumps(self, default=_plain).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Plan":
        read = json.loads(text)
        read["shares"] = tuple(_share(each) for each in read["shares"])
        return cls(**read)


@dataclass
class Report:
    """`mounted`: which of the plan's shares. `refused`: why others are not. `reason`: why none is."""

    mounted: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    reason: str | None = None

    def to_json(self) -> bytes:
        return json.dumps(vars(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Report":
        read = json.loads(text)
        refused = {int(number): why for number, why in read["refused"].items()}
        return cls(read["mounted"], refused, read["reason"])


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else vars(value)


def _share(read: dict[str, object]) -> Share:
    below = read.pop("writable_below")
    assert isinstance(below, list)
    return Share(
        folder=_folder(read.pop("folder")),
        writable_below=tuple(_folder(each) for each in below),
        **read,  # type: ignore[arg-type]  # as `to_json` wrote it
    )


def _folder(read: object) -> Folder:
    assert isinstance(read, dict)
    return Folder(path=tuple(bytes.fromhex(name) for name in read.pop("path")), **read)
