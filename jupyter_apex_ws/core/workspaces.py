"""Workspaces: every person has one of his own.

ensure_personal(tx, person, now=) -> record     made at the first sign-in; the caller makes its directory
described(tx, subject, workspace_id)            -> Workspace; NotFound for anybody but its owner
mine(tx, subject) -> list[Workspace]
"""

from datetime import datetime

from ..contract.workspaces import Workspace, WorkspaceKind
from .access import Subject, acts
from .errors import NotFound
from .ports import Reading, Writing
from .principals import shown
from .records import PrincipalRecord, WorkspaceRecord, new_id


def ensure_personal(tx: Writing, person: PrincipalRecord, *, now: datetime) -> WorkspaceRecord:
    """The person's own workspace. It belongs to this principal: a later one of the same name gets another."""
    found = tx.personal_workspace(person.id)
    if found is not None:
        return found
    made = WorkspaceRecord(
        id=new_id("w"), kind=WorkspaceKind.PERSONAL, name=person.name, owner=person.id, created_at=now
    )
    tx.add_workspace(made)
    return made


def described(tx: Reading, subject: Subject, workspace: str) -> Workspace:
    """One workspace. Grantees see shares, not the workspace they are in. Raises NotFound."""
    found = tx.workspace(workspace)
    owner = tx.principal(found.owner) if found else None
    if found is None or owner is None or not subject.active or found.owner != subject.id:
        raise NotFound
    allowed = acts(subject, owner=found.owner, path=(), grants=(), now=found.created_at)
    return Workspace(
        id=found.id,
        kind=found.kind,
        name=found.name,
        owner=shown(owner, None),
        created_at=found.created_at,
        permissions=sorted(allowed),
    )


def mine(tx: Reading, subject: Subject) -> list[Workspace]:
    """The workspaces of the asking person: one, or none before his server first started."""
    found = tx.personal_workspace(subject.id)
    return [described(tx, subject, found.id)] if found and subject.active else []
