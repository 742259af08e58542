"""What a person's server sees and reaches, looked at from inside, in a kernel, under a real hub."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hub import RealHub
from tests.support.kernel import Kernel
from tests.support.processes import below


@pytest.fixture(scope="module")
def inside(spawn_hub: RealHub) -> Iterator[Kernel]:
    spawn_hub.start_server("alice")
    spawn_hub.start_server("bob")
    with Kernel(spawn_hub, "alice") as kernel:
        kernel.run("import json, os, subprocess, pathlib, socket")
        yield kernel
    spawn_hub.stop_server("alice")
    spawn_hub.stop_server("bob")


def told(kernel: Kernel, expression: str) -> object:
    return json.loads(kernel.run(f"print(json.dumps({expression}))"))


def home_of(hub: RealHub, name: str) -> Path:
    return hub.state / "workspaces" / f"w-{name.encode().hex()}"


def test_the_home_is_the_workspace(spawn_hub: RealHub, inside: Kernel) -> None:
    assert told(inside, "[os.getcwd(), os.environ['HOME'], os.path.expanduser('~')]") == ["/home/alice"] * 3
    inside.run("pathlib.Path('written.txt').write_text('by alice')")
    assert (home_of(spawn_hub, "alice") / "written.txt").read_text() == "by alice"


def test_a_new_home_begins_with_the_skeleton_and_bobs_is_empty(spawn_hub: RealHub, inside: Kernel) -> None:
    assert told(inside, "pathlib.Path('hello.md').read_text()") == "hello"
    assert not (home_of(spawn_hub, "bob") / "hello.md").exists()


def test_nothing_of_others_and_nothing_of_the_state_is_there(spawn_hub: RealHub, inside: Kernel) -> None:
    (home_of(spawn_hub, "bob") / "secret.txt").write_text("only bob's")
    paths = [
        spawn_hub.home,
        spawn_hub.state,
        home_of(spawn_hub, "bob"),
        Path("/home/bob"),
        Path("/etc/shadow"),
        Path("/etc/gshadow"),
        Path("/etc/ssh"),
        Path("/etc/ssl/private"),
        Path("/root/.ssh"),
        Path("/var/lib"),
        Path("/opt"),
        Path("/srv"),
        Path("/mnt"),
        Path("/sys"),
        Path(__file__),
    ]
    assert told(inside, f"[p for p in {[str(path) for path in paths]} if os.path.exists(p)]") == []
    assert told(inside, "os.listdir('/home')") == ["alice"]
    found = inside.run(
        "print(subprocess.run(['find', '/', '-xdev', '-name', 'secret.txt'], text=True, "
        "capture_output=True).stdout)"
    )
    assert found.strip() == ""


def test_nothing_outside_of_home_and_temporary_folders_can_be_written(inside: Kernel) -> None:
    # Under a hub of root, the sandbox is root to the kernel: its own settings are closed, too.
    script = """
def writable(path):
    try:
        os.close(os.open(path, os.O_WRONLY))
        return True
    except OSError:
        return False

def can_make(folder):
    try:
        probe = os.path.join(folder, 'probe')
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.unlink(probe)
        return True
    except OSError:
        return False
"""
    inside.run(script)
    files = "[str(p) for f in ('kernel', 'vm', 'fs', 'net') for p in pathlib.Path('/proc/sys', f).rglob('*')]"
    assert told(inside, f"sorted(p for p in {files} if writable(p))") == []
    assert (
        told(inside, "[p for p in ('/proc/sysrq-trigger', '/etc/passwd', '/usr/bin/env') if writable(p)]")
        == []
    )
    folders = [
        "/",
        "/home",
        "/etc",
        "/usr",
        "/dev",
        "/run",
        "/var",
        "/proc",
        "/tmp",
        "/home/alice",
        "/run/user",
    ]
    assert told(inside, f"[p for p in {folders} if can_make(p)]") == ["/tmp", "/home/alice", "/run/user"]
    import sys

    assert told(inside, f"can_make({sys.prefix!r}) or can_make({sys.base_prefix!r})") is False


def test_processes_of_others_are_not_seen(inside: Kernel) -> None:
    commands = told(
        inside,
        "[line.read_bytes().replace(b'\\0', b' ').decode()"
        " for line in pathlib.Path('/proc').glob('[0-9]*/cmdline')]",
    )
    assert isinstance(commands, list)
    assert not [command for command in commands if "jupyterhub -f" in command or "apex_ws.hub" in command]
    # One server: ours. Bob's runs outside.
    servers = [command for command in commands if "jupyterhub.singleuser" in command]
    assert len([command for command in servers if "bwrap" not in command]) == 1


def test_it_is_an_ordinary_account_without_powers(inside: Kernel) -> None:
    assert told(inside, "[os.getuid(), os.geteuid(), os.getgid(), os.getegid()]") == [1000] * 4
    groups = told(inside, "os.getgroups()")
    assert isinstance(groups, list)
    assert set(groups) <= {1000, 65534}
    status = told(inside, "pathlib.Path('/proc/self/status').read_text()")
    assert isinstance(status, str)
    lines = dict(line.split(":\t", 1) for line in status.splitlines())
    assert lines["NoNewPrivs"] == "1"
    assert {lines[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    done = told(inside, "subprocess.run(['unshare', '--user', 'true'], capture_output=True).returncode")
    assert done != 0
    accounts = told(inside, "[line.split(':')[0] for line in open('/etc/passwd')]")
    assert accounts == ["alice", "nobody"]
    assert (
        told(inside, "subprocess.run(['whoami'], capture_output=True, text=True).stdout.strip()") == "alice"
    )


def test_no_descriptor_of_the_hub_is_inherited(inside: Kernel) -> None:
    # A folder's descriptor from outside would lead out again by "..": look in the server itself.
    script = (
        "[(p, os.readlink(p)) for pid in os.listdir('/proc') if pid.isdigit() and int(pid) <= 2"
        " for p in [f'/proc/{pid}/fd/{n}' for n in os.listdir(f'/proc/{pid}/fd')]]"
    )
    opened = told(inside, script)
    assert isinstance(opened, list)
    leads_out = [
        target
        for _, target in opened
        if target.startswith("/")
        and not target.startswith(("/dev/", "/proc/", "/home/alice", "/run/user", "/tmp/"))
        and not target.endswith(".log")
    ]
    assert leads_out == []
    logs = {target for _, target in opened if target.endswith(".log")}
    assert all("hub.log" not in log for log in logs)


def test_the_environment_is_clean(spawn_hub: RealHub, inside: Kernel) -> None:
    environment = told(inside, "dict(os.environ)")
    assert isinstance(environment, dict)
    assert environment["USER"] == environment["JUPYTERHUB_USER"] == "alice"
    assert environment["APEX_WS_SERVICE_URL"] == spawn_hub.service_url
    assert not {"PYTHONPATH", "LD_LIBRARY_PATH", "APEX_WS_TEST_HUB", "APEX_WS_STATE"} & set(environment)
    assert not [name for name in environment if "PROXY_AUTH" in name or "PASSWORD" in name.upper()]
    service_token = (spawn_hub.state / "service-token").read_text()
    assert service_token not in json.dumps(environment)


def test_kernels_talk_over_unix_sockets_in_a_private_folder(inside: Kernel) -> None:
    connection = told(
        inside, "json.loads(pathlib.Path(__import__('ipykernel').get_connection_file()).read_text())"
    )
    assert isinstance(connection, dict)
    assert connection["transport"] == "ipc"
    assert connection["ip"].startswith("/run/user/")
    assert len(f"{connection['ip']}-10") <= 107


def test_the_tokens_of_a_server_carry_what_they_should(spawn_hub: RealHub, inside: Kernel) -> None:
    token = told(inside, "os.environ['JUPYTERHUB_API_TOKEN']")
    answer = spawn_hub.http.get("/hub/api/user", headers={"Authorization": f"token {token}"})
    ours = [scope for scope in answer.json()["scopes"] if scope.startswith("custom:")]
    assert ours == ["custom:apex-ws:data!user=alice"]


def test_terminals_work(spawn_hub: RealHub, inside: Kernel) -> None:
    answer = spawn_hub.server("POST", "alice", "api/terminals", json={})
    assert answer.status_code == 200
    assert spawn_hub.server("DELETE", "alice", f"api/terminals/{answer.json()['name']}").status_code == 204


def test_the_server_asks_for_a_token(spawn_hub: RealHub, inside: Kernel) -> None:
    for path in ("api/contents", "api/kernels", "api/terminals", "lab/api/settings", "api/me"):
        answer = spawn_hub.http.get(f"{spawn_hub.server_url('alice')}{path}")
        assert answer.status_code in {302, 403}, path


def test_no_news_is_fetched_nor_asked_for(spawn_hub: RealHub, inside: Kernel) -> None:
    page = spawn_hub.server("GET", "alice", "lab")
    text = page.text[page.text.index("jupyter-config-data") :]
    config = json.loads(text[text.index("{") : text.index("</script>")])
    assert config["news"] == {"disabled": True}
    assert "@jupyterlab/apputils-extension:announcements" in config["disabledExtensions"]


def test_the_port_of_a_server_is_nobody_elses_also_after_it_died(spawn_hub: RealHub, inside: Kernel) -> None:
    spawn_hub.start_server("carol")
    try:
        port = spawn_hub.server_port("carol")
        take = f"""
def taken_by_us():
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            thief.bind(("127.0.0.1", {port}))
            thief.listen()
            return True
        except OSError:
            return False
"""
        inside.run(take)
        assert told(inside, "taken_by_us()") is False
        for pid, command in below(spawn_hub.pid).items():
            if "bwrap" in command and "/home/carol" in command:
                os.kill(pid, signal.SIGKILL)
        assert told(inside, "taken_by_us()") is False
    finally:
        spawn_hub.stop_server("carol")
    # The thief can: nothing but the hub kept him from it.
    assert told(inside, "taken_by_us()") is True
