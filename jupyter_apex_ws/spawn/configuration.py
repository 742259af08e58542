"""`configure(c, state=…)`: everything that a hub needs for us, in one call of its jupyterhub_config.py."""

import math
import os
import secrets
import sys
import warnings
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from traitlets.config import Application, Config
from traitlets.config.loader import LazyConfigValue

from ..adapters.held_port import VARIABLE, HeldPort
from . import sandbox
from .bubblewrap import BubblewrapSpawner
from .checks import UnsafeConfiguration, bubblewrap_command, private_folder
from .ports import free_port
from .spawner import WorkspaceSpawner

SERVICE = "apex-ws"
ACT = "custom:apex-ws:act"
DATA = "custom:apex-ws:data"

_SCOPES = {
    ACT: {
        "description": "Share files, and do what else the person may do in the workspace service.",
        "subscopes": [DATA],
    },
    DATA: {"description": "Read and write the files that the person may reach through the service."},
}

_SERVICE_ROLE = {
    "name": SERVICE,
    "description": "The workspace service: knows who is on this hub, and changes nothing.",
    "scopes": ["read:users", "list:users", "read:groups", "list:groups"],
    "services": [SERVICE],
}

# What JupyterHub gives these roles itself, and what we add to that or to the operator's own choice.
_BUILT_IN = {"user": ["self"], "server": ["users:activity!user", "access:servers!server"]}
_ADDED = {"user": [f"{ACT}!user", f"{DATA}!user"], "server": ["delete:servers!server", f"{DATA}!user"]}

Value = TypeVar("Value", list[dict[str, Any]], dict[str, Any])


class Isolation(StrEnum):
    """What stands between the servers of two people. `none`: everybody can read everybody's files."""

    BUBBLEWRAP = "bubblewrap"
    NONE = "none"


def configure(
    c: Config,
    *,
    state: str | os.PathLike[str],
    isolation: str = Isolation.BUBBLEWRAP,
    logs: str | os.PathLike[str] | None = None,
    service_port: int | None = None,
    max_grant_days: float | None = None,
    max_file_bytes: int | None = None,
    trash_days: float | None = None,
    groups_seconds: float | None = None,
    skeleton: str | os.PathLike[str] | None = None,
    share_with_everyone: bool = True,
) -> None:
    """Register the service, its scopes and roles, and the spawner with the hub whose configuration is `c`.

    Parameters
    ----------
    state
        The folder of everything that is kept: the database, everybody's homes, the service's token. Made with
        mode 700.
    isolation
        "bubblewrap", or "none" where everybody may read everybody's files.
    logs
        The folder for the logs of people's servers, one file a workspace; `logs` in the state by default.
    service_port
        Where the service listens on 127.0.0.1; a free port by default.
    max_grant_days
        The longest life of a grant; no limit by default, and then grants without an end are allowed.
    max_file_bytes
        The largest file that the service takes, 5 GiB by default.
    trash_days
        How long what was deleted through the service can be brought back, 30 by default.
    groups_seconds
        How often the hub's groups are read, 10 s by default.
    skeleton
        A folder whose content a new home begins with; `{username}` in it is replaced by the person's name.
    share_with_everyone
        False: nobody can share with everyone on the hub, and what was shared so gives nothing until it is
        True again.

    Raises
    ------
    UnsafeConfiguration
        where people's files would not be safe from each other, with the reason and what to do.
    """
    walls = _isolation(isolation)
    _refuse_what_undoes_us(c)
    folder = private_folder(Path(state), [*sandbox.readable_folders(), *sandbox.system_folders()])
    if os.geteuid() == 0:
        warnings.warn(
            "This hub runs as root, and people's servers with it, although inside a sandbox: give the hub an "
            "account of its own wherever people do not trust each other fully.",
            stacklevel=2,
        )
    token = _service_token(folder / "service-token")
    environment = {"APEX_WS_STATE": str(folder)}
    port = service_port or free_port()
    if max_grant_days is not None:
        environment["APEX_WS_MAX_GRANT_SECONDS"] = str(
            int(_positive("max_grant_days", max_grant_days) * 86400)
        )
    if max_file_bytes is not None:
        environment["APEX_WS_MAX_FILE_BYTES"] = str(int(_positive("max_file_bytes", max_file_bytes)))
    if trash_days is not None:
        environment["APEX_WS_TRASH_SECONDS"] = str(int(_positive("trash_days", trash_days) * 86400))
    if groups_seconds is not None:
        environment["APEX_WS_GROUPS_SECONDS"] = str(_positive("groups_seconds", groups_seconds))
    if not share_with_everyone:
        environment["APEX_WS_SHARE_WITH_EVERYONE"] = "0"
    service = {
        "name": SERVICE,
        "url": f"http://127.0.0.1:{port}",
        # -P: what lies in the hub's working folder must not take the place of an installed module.
        "command": [sys.executable, "-P", "-m", "jupyter_apex_ws.hub"],
        "environment": environment,
        "api_token": token,
        "display": False,
    }
    _append(c.JupyterHub, "services", service)
    _update(c.JupyterHub, "custom_scopes", _SCOPES)
    c.JupyterHub.load_roles = _with_our_roles(c.JupyterHub)
    c.JupyterHub.spawner_class = BubblewrapSpawner if walls else WorkspaceSpawner
    if walls:
        c.BubblewrapSpawner.bubblewrap = walls
    c.WorkspaceSpawner.state_folder = str(folder)
    c.WorkspaceSpawner.log_folder = str(Path(logs) if logs is not None else folder / "logs")
    c.WorkspaceSpawner.service_url = f"http://127.0.0.1:{port}/services/{SERVICE}/v1"
    c.WorkspaceSpawner.skeleton = os.fspath(skeleton or "")
    c.WorkspaceSpawner.service_token_file = str(folder / "service-token")
    if _hub_starts():
        environment[VARIABLE] = str(_hold(folder, port))


def _isolation(wanted: str) -> str | None:
    """The bubblewrap to use, or None where no isolation was asked for by name."""
    try:
        chosen = Isolation(wanted)
    except ValueError as error:
        raise UnsafeConfiguration(f'isolation={wanted!r} is not known: "bubblewrap" or "none".') from error
    if chosen is Isolation.NONE:
        warnings.warn('isolation="none": everybody of this hub can read everybody\'s files.', stacklevel=3)
        return None
    return bubblewrap_command()


def _hub_starts() -> bool:
    """Whether this process becomes a hub, and not one that only reads its configuration, beside a hub."""
    if not Application.initialized():
        return False
    app = Application.instance()
    # By name, as the hub's module would be imported a second time where it is the main one.
    is_hub = any(kind.__name__ == "JupyterHub" for kind in type(app).__mro__)
    return is_hub and not any(
        getattr(app, only, False) for only in ("show_config", "show_config_json", "generate_certs")
    )


def _hold(folder: Path, port: int) -> Path:
    """Hold the service's port until this process ends; where the service fetches the socket."""
    try:
        return HeldPort(folder, port).path
    except OSError as error:
        raise UnsafeConfiguration(
            f"The service cannot have port {port} of 127.0.0.1 ({error.strerror}): end what listens there, "
            "or give another one with service_port=."
        ) from error


def _refuse_what_undoes_us(c: Config) -> None:
    if "spawner_class" in c.JupyterHub:
        raise UnsafeConfiguration(
            "c.JupyterHub.spawner_class is set, and another spawner would start servers outside of the "
            "sandbox: remove that line."
        )
    for section in ("Spawner", "LocalProcessSpawner", "WorkspaceSpawner", "BubblewrapSpawner"):
        if "oauth_client_allowed_scopes" in c[section]:
            raise UnsafeConfiguration(
                f"c.{section}.oauth_client_allowed_scopes is set. The owner of a server reads the tokens of "
                "those who visit it, so only our own scopes may be given to them: remove that line."
            )


def _positive(name: str, value: float) -> float:
    if not math.isfinite(value) or value <= 0:
        raise UnsafeConfiguration(f"{name}={value!r} must be more than 0, or absent for the default.")
    return value


def _service_token(path: Path) -> str:
    """The service's own token for the hub's API: made once, readable by this account only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.is_symlink() or path.stat().st_mode & 0o077:
            raise UnsafeConfiguration(
                f"Others can read {path}: delete it, a new token is made at the next start."
            ) from None
        token = path.read_text().strip()
        if len(token) >= 32:
            return token
        path.unlink()
        return _service_token(path)
    token = secrets.token_hex(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    return token


def _with_our_roles(hub: Config) -> list[dict[str, Any]]:
    """The operator's roles with ours added; a role of the same name keeps what the operator gave it."""
    roles = _present(hub, "load_roles", list[dict[str, Any]]())
    if any(role.get("name") == SERVICE for role in roles):
        raise UnsafeConfiguration(f'The role name "{SERVICE}" is ours: call yours something else.')
    for name, added in _ADDED.items():
        role = next((role for role in roles if role.get("name") == name), None)
        if role is None:
            role = {"name": name, "scopes": _BUILT_IN[name]}
            roles.append(role)
        role["scopes"] = [*role.get("scopes", []), *added]
    return [*roles, _SERVICE_ROLE]


def _append(hub: Config, key: str, item: dict[str, Any]) -> None:
    present = _present(hub, key, list[dict[str, Any]]())
    if any(other.get("name") == item["name"] for other in present):
        raise UnsafeConfiguration(f'There is a service "{SERVICE}" already: configure() adds it, once.')
    hub[key] = [*present, item]


def _update(hub: Config, key: str, items: dict[str, Any]) -> None:
    hub[key] = {**_present(hub, key, dict[str, Any]()), **items}


def _present(hub: Config, key: str, empty: Value) -> Value:
    """What the operator set before calling us, also by c.JupyterHub.<key>.append(…)."""
    if key not in hub:
        return empty
    value = hub[key]
    found: Value = value.get_value(empty) if isinstance(value, LazyConfigValue) else value
    return found
