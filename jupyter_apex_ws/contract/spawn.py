"""What the hub's spawner gets to know before a person's server starts, and tells of what became of it."""

from .base import Id, Model


class PlannedFolder(Model):
    """A folder of a workspace: `path` has one base64url word a name, as names on disk are bytes. The other
    three say which object it was: it is mounted only if it is that one."""

    path: list[str]
    device: int
    inode: int
    birth_ns: int


class PlannedMount(Model):
    """A folder that is to be at `~/shared/<owner>/<name>`, by which grants; see `core.mounts.Mount`."""

    share: Id
    grants: list[Id]
    owner: str
    name: str
    workspace: Id
    folder: PlannedFolder
    writable: bool
    writable_below: list[PlannedFolder]


class SpawnPlan(Model):
    """The person's own workspace; its directory is there. What is shared with him, oldest share first."""

    workspace: Id
    mounts: list[PlannedMount] = []


class Mounted(Model):
    """The grants that a server has mounted; none when it stopped."""

    grants: list[Id]
