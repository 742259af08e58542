"""What the operator set: environment variables that `configure(c)` and the hub give to this process."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..adapters.held_port import VARIABLE

_GIB = 1024**3


class SettingsError(Exception):
    """Something is missing or cannot be used; says what to set."""


@dataclass(frozen=True)
class Settings:
    """Sizes in bytes, times in seconds. `prefix` begins and ends with a slash.

    `lender` is where the hub lends us the socket to listen on; without it we bind host and port ourselves.
    """

    state: Path
    hub_api: str
    token: str
    prefix: str
    host: str
    port: int
    lender: Path | None = None
    max_grant_seconds: int | None = None
    max_file_bytes: int = 5 * _GIB
    trash_seconds: float = 30 * 86400.0
    groups_seconds: float = 10.0
    people_seconds: float = 20.0
    sweep_seconds: float = 30.0
    token_seconds: float = 30.0
    share_with_everyone: bool = True

    @property
    def database(self) -> Path:
        return self.state / "apex-ws.sqlite"

    @property
    def index(self) -> Path:
        return self.state / "names.sqlite"

    @property
    def workspaces(self) -> Path:
        return self.state / "workspaces"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings of this process. Raises SettingsError."""
    address = urlsplit(_needed(environment, "JUPYTERHUB_SERVICE_URL"))
    if not address.hostname or not address.port:
        raise SettingsError("JUPYTERHUB_SERVICE_URL needs a host and a port, like http://127.0.0.1:10101.")
    lender = environment.get(VARIABLE, "")
    groups = _number(environment, "APEX_WS_GROUPS_SECONDS", 10.0)
    longest = _number(environment, "APEX_WS_MAX_GRANT_SECONDS", 0)
    return Settings(
        state=Path(_needed(environment, "APEX_WS_STATE")),
        hub_api=_needed(environment, "JUPYTERHUB_API_URL"),
        token=_needed(environment, "JUPYTERHUB_API_TOKEN"),
        prefix="/" + _needed(environment, "JUPYTERHUB_SERVICE_PREFIX").strip("/") + "/",
        host=address.hostname,
        port=address.port,
        lender=Path(lender) if lender else None,
        max_grant_seconds=int(longest) or None,
        max_file_bytes=int(_number(environment, "APEX_WS_MAX_FILE_BYTES", 5 * _GIB)),
        trash_seconds=_number(environment, "APEX_WS_TRASH_SECONDS", 30 * 86400.0),
        groups_seconds=groups,
        people_seconds=2 * groups,
        sweep_seconds=_number(environment, "APEX_WS_SWEEP_SECONDS", 30.0),
        share_with_everyone=bool(_number(environment, "APEX_WS_SHARE_WITH_EVERYONE", 1)),
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set. Let the hub start this service with configure(c).")
    return value


def _number(environment: Mapping[str, str], name: str, otherwise: float) -> float:
    text = environment.get(name, "")
    if not text:
        return otherwise
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 2**53:
        raise SettingsError(f"{name} is a number, zero or greater.")
    return value
