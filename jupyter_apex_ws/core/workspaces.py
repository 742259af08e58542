"""Workspaces: every person has one of his own.

ensure_personal(tx, person, now=) -> WorkspaceRecord     made at the first sign-in; the caller makes its directory
described(tx, subject, workspace_id) -> Workspace        contract model; NotFound for anybody but its owner
mine(tx, subject) -> list[Workspace]                     contract models
"""

from datetime import datetime

from ..contract.workspaces import Workspace
from .access import Subject
from .ports import Reading, Writing
from .records import PrincipalRecord, WorkspaceRecord


def ensure_personal(tx: Writing, person: PrincipalRecord, *, now: datetime) -> WorkspaceRecord:
    raise NotImplementedError


def described(tx: Reading, subject: Subject, workspace: str) -> Workspace:
    raise NotImplementedError


def mine(tx: Reading, subject: Subject) -> list[Workspace]:
    raise NotImplementedError
