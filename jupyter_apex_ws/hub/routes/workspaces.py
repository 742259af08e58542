"""Storage areas of the asking person."""

from fastapi import APIRouter

from ...contract.workspaces import Workspace, WorkspacePage
from ..asking import CallerOf, PartsOf, WorkspaceIdOf
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)


@router.get("/workspaces", **declare(Needs.DATA, RouteAct.LIST))
def list_workspaces(parts: PartsOf, caller: CallerOf) -> WorkspacePage:
    """The workspaces of the asking person: for now the personal one."""
    return parts.list_workspaces(caller)


@router.get("/workspaces/{id}", **declare(Needs.DATA, RouteAct.LIST))
def get_workspace(parts: PartsOf, caller: CallerOf, workspace: WorkspaceIdOf) -> Workspace:
    """One workspace of the asking person."""
    return parts.get_workspace(caller, workspace)
