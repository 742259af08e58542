"""configure(): what it gives to a hub, and what it refuses."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from jupyter_apex_ws.spawn import UnsafeConfiguration, configure
from jupyter_apex_ws.spawn.bubblewrap import BubblewrapSpawner
from jupyter_apex_ws.spawn.spawner import WorkspaceSpawner, safe_name

pytestmark = pytest.mark.filterwarnings("ignore:This hub runs as root")


def configured(tmp_path: Path, c: Config | None = None, **settings: Any) -> Config:
    c = Config() if c is None else c
    configure(c, state=tmp_path / "state", **settings)
    return c


def roles(c: Config) -> dict[str, list[str]]:
    return {role["name"]: role["scopes"] for role in c.JupyterHub.load_roles}


def test_the_service_is_registered_with_a_token_that_only_this_account_reads(tmp_path: Path) -> None:
    c = configured(tmp_path, service_port=10999)
    (service,) = c.JupyterHub.services
    token = tmp_path / "state" / "service-token"
    assert service["name"] == "apex-ws"
    assert service["url"] == "http://127.0.0.1:10999"
    assert service["command"] == [sys.executable, "-P", "-m", "jupyter_apex_ws.hub"]
    assert service["environment"] == {"APEX_WS_STATE": str(tmp_path / "state")}
    assert service["api_token"] == token.read_text()
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert c.WorkspaceSpawner.service_url == "http://127.0.0.1:10999/services/apex-ws/v1"


def test_the_token_stays_the_same_from_start_to_start(tmp_path: Path) -> None:
    first = configured(tmp_path).JupyterHub.services[0]["api_token"]
    assert configured(tmp_path).JupyterHub.services[0]["api_token"] == first


def test_limits_become_variables_of_the_service(tmp_path: Path) -> None:
    c = configured(tmp_path, max_grant_days=1.5, max_file_bytes=1000, groups_seconds=3)
    environment = c.JupyterHub.services[0]["environment"]
    assert environment["APEX_WS_MAX_GRANT_SECONDS"] == str(36 * 3600)
    assert environment["APEX_WS_MAX_FILE_BYTES"] == "1000"
    assert environment["APEX_WS_GROUPS_SECONDS"] == "3"


def test_roles_hold_the_least(tmp_path: Path) -> None:
    assert roles(configured(tmp_path)) == {
        "apex-ws": ["read:users", "list:users", "read:groups", "list:groups"],
        "user": ["self", "custom:apex-ws:act!user", "custom:apex-ws:data!user"],
        "server": [
            "users:activity!user",
            "access:servers!server",
            "delete:servers!server",
            "custom:apex-ws:data!user",
        ],
    }


def test_what_the_operator_configured_stays(tmp_path: Path) -> None:
    c = Config()
    c.JupyterHub.services = [{"name": "cull"}]
    c.JupyterHub.custom_scopes = {"custom:theirs": {"description": "theirs"}}
    c.JupyterHub.load_roles = [
        {"name": "user", "scopes": ["self", "shares!user"]},
        {"name": "cull", "scopes": []},
    ]
    configured(tmp_path, c)
    assert [service["name"] for service in c.JupyterHub.services] == ["cull", "apex-ws"]
    assert set(c.JupyterHub.custom_scopes) == {"custom:theirs", "custom:apex-ws:act", "custom:apex-ws:data"}
    assert roles(c)["user"][:2] == ["self", "shares!user"]
    assert "custom:apex-ws:act!user" in roles(c)["user"]
    assert "cull" in roles(c)


def test_what_the_operator_appended_stays(tmp_path: Path) -> None:
    c = Config()
    c.JupyterHub.services.append({"name": "cull"})
    c.JupyterHub.load_roles.append({"name": "cull", "scopes": []})
    configured(tmp_path, c)
    assert [service["name"] for service in c.JupyterHub.services] == ["cull", "apex-ws"]
    assert "cull" in roles(c)


def test_servers_are_isolated_unless_asked_otherwise_by_name(tmp_path: Path) -> None:
    assert configured(tmp_path).JupyterHub.spawner_class is BubblewrapSpawner
    with pytest.warns(UserWarning, match="everybody of this hub can read everybody's files"):
        c = configured(tmp_path, isolation="none")
    assert c.JupyterHub.spawner_class is WorkspaceSpawner


Spoil = Callable[[Path, Config, pytest.MonkeyPatch], dict[str, Any]]


def _without_bubblewrap(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    patch.setenv("PATH", str(tmp_path))
    return {}


def _bubblewrap_that_fails(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    command = tmp_path / "bwrap"
    command.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    command.chmod(0o755)
    patch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return {}


def _old_bubblewrap(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    command = tmp_path / "bwrap"
    command.write_text(
        "#!/bin/sh\ncase \"$*\" in *--bind-fd*) echo 'Unknown option --bind-fd' >&2; exit 1;; esac\n"
    )
    command.chmod(0o755)
    patch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return {}


def _open_state(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    (tmp_path / "state").mkdir(mode=0o755)
    return {}


def _writable_by_all(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)
    return {}


def _exchangeable(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    return {"state": tmp_path / "open" / "state"}


def _link(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "state").symlink_to(tmp_path / "real")
    return {}


def _other_spawner(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    c.JupyterHub.spawner_class = "simple"
    return {}


def _scopes_for_visitors(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    c.Spawner.oauth_client_allowed_scopes = ["inherit"]
    return {}


def _our_role_name(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    c.JupyterHub.load_roles = [{"name": "apex-ws", "scopes": ["admin:users"]}]
    return {}


def _twice(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    c.JupyterHub.services = [{"name": "apex-ws", "admin": True}]
    return {}


def _readable_token(tmp_path: Path, c: Config, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "service-token").write_text("a" * 64)
    (tmp_path / "state" / "service-token").chmod(0o644)
    return {}


def _given(**settings: Any) -> Spoil:
    return lambda tmp_path, c, patch: settings


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_without_bubblewrap, "bubblewrap .* is not installed.*apt-get install bubblewrap"),
        (_bubblewrap_that_fails, "cannot make a sandbox.*No permissions to create new namespace"),
        (_old_bubblewrap, "cannot make a sandbox.*Unknown option --bind-fd"),
        (_given(isolation="nothing"), 'isolation=.nothing. is not known: "bubblewrap" or "none"'),
        (_given(state=Path("relative")), "relative: give the whole path"),
        (_given(state=Path(sys.prefix) / "state"), "inside .* which everybody's server can read"),
        (_given(state=Path("/usr/share/apex-ws-state")), "inside /usr, which everybody's server can read"),
        (_given(state=Path("/proc/apex-ws")), "cannot be made"),
        (_open_state, "Other accounts of this machine reach .* chmod 700"),
        (_writable_by_all, "Other accounts of this machine reach"),
        (_exchangeable, "other accounts of this machine may exchange it"),
        (_link, "is a link"),
        (_other_spawner, "spawner_class is set.*remove that line"),
        (_scopes_for_visitors, "oauth_client_allowed_scopes is set.*remove that line"),
        (_our_role_name, 'role name "apex-ws" is ours'),
        (_twice, 'a service "apex-ws" already'),
        (_readable_token, "Others can read .*service-token: delete it"),
        (_given(max_grant_days=0), "max_grant_days=0 must be more than 0"),
        (_given(max_grant_days=float("nan")), "max_grant_days=nan must be more than 0"),
        (_given(max_file_bytes=-1), "max_file_bytes=-1 must be more than 0"),
    ],
)
def test_ad_09_what_is_unsafe_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil, reason: str
) -> None:
    c = Config()
    settings = {"state": tmp_path / "state", **spoil(tmp_path, c, monkeypatch)}
    with pytest.raises(UnsafeConfiguration, match=reason):
        configure(c, **settings)


def test_a_state_of_another_account_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeConfiguration, match=r"belongs to another account|may exchange it"):
        if os.geteuid() == 0:
            (tmp_path / "state").mkdir(mode=0o700)
            os.chown(tmp_path / "state", 65534, 65534)
            configure(Config(), state=tmp_path / "state")
        else:
            configure(Config(), state="/root/state")


@pytest.mark.filterwarnings("default:This hub runs as root")
def test_a_hub_of_root_is_warned_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:
        with pytest.warns(UserWarning, match="account of its own"):
            configured(tmp_path)
    else:
        configured(tmp_path)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("alice", "alice"),
        ("Alice@Example.org", "alice_example_org"),
        ("../../etc", "______etc"),
        (".hidden", "_hidden"),
        ("-rf", "u_-rf"),
        ("root:x:0", "root_x_0"),
        ("名前", "__"),
        ("a" * 80, "a" * 32),
    ],
)
def test_names_are_made_safe_for_paths_and_passwd(name: str, safe: str) -> None:
    assert safe_name(name) == safe
