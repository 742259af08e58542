"""What the hub's spawner asks and tells: where a home is, what is mounted, that a server stopped."""

from collections.abc import Callable

from ..contract.spawn import PlannedFolder, PlannedMount, SpawnPlan
from ..core import mounts, paths, principals
from ..core.access import Subject
from ..core.entering import Ground
from ..core.errors import NotFound, Unavailable
from ..core.mounts import Mount
from ..core.ports import HubDirectory, HubUser
from ..core.records import ItemRecord


class Spawning:
    """`welcome` makes a person known; `require_groups` raises Unavailable while memberships may be old."""

    def __init__(
        self,
        ground: Ground,
        directory: HubDirectory,
        welcome: Callable[[HubUser], str],
        require_groups: Callable[[], None],
    ) -> None:
        self._ground = ground
        self._directory = directory
        self._welcome = welcome
        self._require_groups = require_groups

    def plan(self, name: str, server: str) -> SpawnPlan:
        """For whoever has this name now. Raises NotFound where the hub has nobody of it."""
        person = self._person(name)
        now = self._ground.clock()
        with self._ground.database.writing() as tx:
            workspace = tx.personal_workspace(person)
            if workspace is None:
                raise NotFound
            wanted = mounts.plan(tx, self._subject(principals.subject(tx, person)), now=now)
            mounts.begin(tx, person, server, wanted, now=now)
        self._ground.store.create_root(workspace.id)
        return SpawnPlan(workspace=workspace.id, mounts=[_planned(mount) for mount in wanted])

    def mounted(self, name: str, server: str, grants: list[str]) -> None:
        """The server has only these mounted. Raises NotFound."""
        person = self._person(name)
        with self._ground.database.writing() as tx:
            mounts.end(tx, person, server, kept=grants)

    def _person(self, name: str) -> str:
        user = self._directory.user(name)
        if user is None:
            raise NotFound
        return self._welcome(user)

    def _subject(self, subject: Subject) -> Subject:
        """Without his groups while nobody can say whether he is still in them."""
        try:
            self._require_groups()
        except Unavailable:
            return Subject(subject.id, active=subject.active)
        return subject


def _planned(mount: Mount) -> PlannedMount:
    return PlannedMount(
        share=mount.item.id,
        grants=list(mount.grants),
        owner=mount.owner,
        name=mount.name,
        workspace=mount.item.workspace,
        folder=_folder(mount.item),
        writable=mount.writable,
        writable_below=[_folder(item) for item in mount.writable_below],
    )


def _folder(item: ItemRecord) -> PlannedFolder:
    return PlannedFolder(
        path=[paths.entry_id(name) for name in item.path],
        device=item.identity.device,
        inode=item.identity.inode,
        birth_ns=item.identity.birth_ns,
    )
