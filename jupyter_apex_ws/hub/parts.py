"""The parts of the running service, in one place, and the use cases that need several of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from ..contract.grants import Direction, Grant, GrantChange, GrantPage, NewGrant
from ..contract.me import Limits, Me
from ..contract.principals import PrincipalKind, PrincipalPage
from ..contract.problems import FieldError
from ..contract.workspaces import Workspace, WorkspacePage
from ..core import grant_views, grants, paths, principals, workspaces
from ..core.entering import Ground
from ..core.entries import foreign_cursor
from ..core.errors import Invalid, Unauthenticated
from ..core.files import Files
from ..core.ports import HubDirectory, HubUser
from ..core.records import Policy
from ..core.search import Search
from .broker import Broker
from .caller import Caller
from .downloads import Downloads
from .limiter import Limiter
from .settings import Settings
from .spawning import Spawning
from .uploads import Uploads


class People:
    """Who is on the hub, as far as the service has to know them."""

    def __init__(self, ground: Ground, directory: HubDirectory) -> None:
        self._ground = ground
        self._directory = directory

    def welcome(self, user: HubUser) -> str:
        """Our id of a person whom the hub has just described. Makes what everybody has: a workspace."""
        now = self._ground.clock()
        with self._ground.database.reading() as tx:
            known = principals.known_user(tx, user)
            if known is not None and tx.personal_workspace(known.id) is not None:
                return known.id
        with self._ground.database.writing() as tx:
            person = principals.ensure_user(tx, user, now=now)
            workspace = workspaces.ensure_personal(tx, person, now=now)
            self._ground.store.create_root(workspace.id)
        return person.id

    def look_up(self, name: str) -> None:
        """Ask the hub for somebody whom we do not know yet, so that one can share with him."""
        user = self._directory.user(name)
        if user is not None:
            self.welcome(user)


@dataclass(frozen=True)
class Parts:
    """What the routes call."""

    settings: Settings
    ground: Ground
    people: People
    files: Files
    search: Search
    downloads: Downloads
    uploads: Uploads
    broker: Broker
    finding: Limiter
    spawning: Spawning

    @property
    def _policy(self) -> Policy:
        longest = self.settings.max_grant_seconds
        return Policy(None if longest is None else timedelta(seconds=longest))

    def me(self, caller: Caller) -> Me:
        """The person, with the limits in force."""
        with self.ground.database.reading() as tx:
            person, workspace = tx.principal(caller.person), tx.personal_workspace(caller.person)
            if person is None or not person.active or workspace is None:
                raise Unauthenticated("This account is not known any more. Sign in again.")
            return Me(
                user=person.name,
                display_name=person.display_name,
                teams=principals.groups_of(tx, person.id),
                roles=["admin"] if person.admin else [],
                permissions=[],
                areas=["studio"],
                default_area="studio",
                personal_workspace=workspace.id,
                namespace=None,
                limits=Limits(
                    max_file_bytes=self.settings.max_file_bytes,
                    max_grant_seconds=self.settings.max_grant_seconds,
                ),
                now=self.ground.clock(),
            )

    def find_principals(self, caller: Caller, text: str, limit: int, cursor: str | None) -> PrincipalPage:
        """The best matches, one page: who is not among them is found by another letter."""
        self.finding.take(caller.person)
        if cursor is not None:
            raise foreign_cursor()
        with self.ground.database.reading() as tx:
            return PrincipalPage(items=principals.find(tx, text, asker=caller.person, limit=limit))

    def list_workspaces(self, caller: Caller) -> WorkspacePage:
        with self.ground.database.reading() as tx:
            return WorkspacePage(items=workspaces.mine(tx, principals.subject(tx, caller.person)))

    def get_workspace(self, caller: Caller, workspace: str) -> Workspace:
        with self.ground.database.reading() as tx:
            return workspaces.described(tx, principals.subject(tx, caller.person), workspace)

    def list_grants(
        self,
        caller: Caller,
        direction: Direction | None,
        workspace: str | None,
        path: str | None,
        *,
        limit: int,
        cursor: str | None,
    ) -> GrantPage:
        """By direction, or those on one item. Raises Invalid where it is neither or both."""
        of_item = workspace is not None and path is not None
        if (direction is None) != of_item or (workspace is None) != (path is None):
            detail = "Give either direction, or workspace and path."
            raise Invalid("Which grants?", errors=[FieldError(pointer="?direction", detail=detail)])
        now = self.ground.clock()
        with self.ground.database.reading() as tx:
            subject = principals.subject(tx, caller.person)
            if workspace is not None and path is not None:
                where = paths.from_text(path, pointer="?path")
                return grant_views.on_item(tx, subject, workspace, where, cursor=cursor, limit=limit, now=now)
            lists = {Direction.BY_ME: grant_views.by_me, Direction.WITH_ME: grant_views.with_me}
            return lists[direction or Direction.WITH_ME](tx, subject, cursor=cursor, limit=limit, now=now)

    def get_grant(self, caller: Caller, grant: str) -> Grant:
        with self.ground.database.reading() as tx:
            subject = principals.subject(tx, caller.person)
            return grant_views.one(tx, subject, grant, now=self.ground.clock())

    def create_grant(self, caller: Caller, new: NewGrant) -> Grant:
        """Share. Somebody whom only the hub knows yet is made known first."""
        if new.grantee.kind is PrincipalKind.USER:
            self._make_known(caller, new.grantee.name)
        ground = self.ground
        with ground.database.writing() as tx:
            subject = principals.subject(tx, caller.person)
            return grants.create(tx, ground.store, subject, new, policy=self._policy, now=ground.clock())

    def _make_known(self, caller: Caller, name: str) -> None:
        with self.ground.database.reading() as tx:
            known = tx.principal_named(PrincipalKind.USER, name)
        if known is None:
            self.finding.take(caller.person)
            self.people.look_up(name)

    def change_grant(self, caller: Caller, grant: str, change: GrantChange) -> Grant:
        ground = self.ground
        with ground.database.writing() as tx:
            subject = principals.subject(tx, caller.person)
            return grants.change(tx, subject, grant, change, policy=self._policy, now=ground.clock())

    def revoke_grant(self, caller: Caller, grant: str) -> None:
        with self.ground.database.writing() as tx:
            subject = principals.subject(tx, caller.person)
            grants.revoke(tx, subject, grant, now=self.ground.clock())

    def follow_events(self, caller: Caller, after: int | None) -> AsyncIterator[bytes]:
        return self.broker.follow(caller, after)
