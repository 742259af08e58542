"""The demonstration hub: five people, one password, all on 127.0.0.1. Also what the tests run against."""

import hmac
import os
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets import Unicode
from traitlets.config import Config

from jupyter_apex_ws.spawn import configure
from jupyter_apex_ws.spawn.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent

PEOPLE = ("alice", "bob", "carol", "dave", "admin")
ADMINS = ("admin",)
GROUPS = {"hydrology": ("alice", "bob", "carol")}


class DemoAuthenticator(Authenticator):  # type: ignore[misc]  # (no types in JupyterHub)
    """Knows a few people, who all have the same password. For a demonstration, and nothing else."""

    password = Unicode(help="The password of everybody.").tag(config=True)

    async def authenticate(self, handler: object, data: dict[str, str]) -> str | None:
        name = data["username"]
        right = hmac.compare_digest(self.password.encode(), data["password"].encode())
        return name if self.password and right and name in self.allowed_users else None


def set_up(
    c: Config,
    *,
    home: Path,
    port: int,
    password: str,
    people: tuple[str, ...] = PEOPLE,
    admins: tuple[str, ...] = ADMINS,
    groups: dict[str, tuple[str, ...]] | None = None,
    settings: dict[str, Any] | None = None,
) -> None:
    """A hub on http://127.0.0.1:<port> that keeps everything below `home`. `settings` go to configure()."""
    kept = home / "hub"
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Ports of parts that only talk to each other are free ones, so that two of these hubs can run at once.
    c.JupyterHub.bind_url = f"http://127.0.0.1:{port}"
    c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{free_port()}"
    c.JupyterHub.db_url = f"sqlite:///{kept / 'jupyterhub.sqlite'}"
    c.JupyterHub.cookie_secret_file = str(kept / "cookie-secret")
    c.JupyterHub.admin_users = set(admins)
    c.JupyterHub.authenticator_class = DemoAuthenticator
    c.DemoAuthenticator.password = password
    c.Authenticator.allowed_users = set(people)
    c.Authenticator.admin_users = set(admins)
    c.JupyterHub.load_groups = {
        name: {"users": list(members)} for name, members in (GROUPS if groups is None else groups).items()
    }
    c.ConfigurableHTTPProxy.command = [str(ROOT / "node_modules" / ".bin" / "configurable-http-proxy")]
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{free_port()}"
    c.ConfigurableHTTPProxy.pid_file = str(kept / "proxy.pid")
    c.JupyterHub.cleanup_servers = True
    configure(c, state=os.fspath(home / "service"), logs=home / "logs", **(settings or {}))
