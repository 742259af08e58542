"""From the service's plan to the program that mounts, and from its report to what the person's server reads."""

from ..adapters.mounts.plan import Folder, Plan, Report, Share
from ..contract.local import LocalMount, LocalMounts, RefusedMount
from ..contract.spawn import PlannedFolder, PlannedMount, SpawnPlan
from ..core.paths import from_entry_id

FILE = "APEX_WS_MOUNTS_FILE"
"""The variable with the path of what the server reads."""

SERVICE_DOWN = (
    "The sharing service did not answer when your server started, so nothing is mounted. Restart your server "
    "to try again; the Finder opens what is shared with you meanwhile."
)


def to_mount(plan: SpawnPlan, root: str) -> Plan:
    """For the program. `root` is the folder of all workspaces."""
    return Plan(root=root, home=plan.workspace, shares=tuple(_share(mount) for mount in plan.mounts))


def told(plan: SpawnPlan | None, report: Report) -> LocalMounts:
    """For the person's server: what is mounted where, and why something is not. `plan` None: nobody told."""
    if plan is None:
        return LocalMounts(possible=True, items=[], refused=[], detail=SERVICE_DOWN)
    return LocalMounts(
        possible=True,
        items=[_mounted(plan.mounts[number]) for number in report.mounted],
        refused=[
            RefusedMount(owner=plan.mounts[number].owner, name=plan.mounts[number].name, detail=why)
            for number, why in report.refused.items()
        ],
        detail=report.reason,
    )


def grants_of(plan: SpawnPlan, report: Report) -> list[str]:
    """The grants that are mounted."""
    return sorted({grant for number in report.mounted for grant in plan.mounts[number].grants})


def _mounted(mount: PlannedMount) -> LocalMount:
    path = f"shared/{mount.owner}/{mount.name}"
    return LocalMount(share=mount.share, path=path, writable=mount.writable)


def _share(mount: PlannedMount) -> Share:
    return Share(
        owner=mount.owner,
        name=mount.name,
        workspace=mount.workspace,
        folder=_folder(mount.folder),
        writable=mount.writable,
        writable_below=tuple(_folder(folder) for folder in mount.writable_below),
    )


def _folder(folder: PlannedFolder) -> Folder:
    path = tuple(from_entry_id(name) for name in folder.path)
    return Folder(path=path, device=folder.device, inode=folder.inode, birth_ns=folder.birth_ns)
