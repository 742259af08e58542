"""What a person's server sees of the machine, as arguments for bubblewrap (bwrap 0.8)."""

import importlib.util
import sys
from pathlib import Path

USER_ID = 1000
"""Who the person is inside. Outside it is the hub's own account."""

_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")

_OF_ETC = (
    # Single files: a hub that runs as root would show shadow and keys with the folder.
    "alternatives",
    "bash.bashrc",
    "debian_version",
    "fonts",
    "gai.conf",
    "host.conf",
    "hostname",
    "hosts",
    "inputrc",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "locale.alias",
    "localtime",
    "magic",
    "mailcap",
    "manpath.config",
    "mime.types",
    "nsswitch.conf",
    "os-release",
    "profile",
    "profile.d",
    "protocols",
    "resolv.conf",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
    "terminfo",
    "timezone",
    "vim",
)

# Not changed by anybody inside, but a root hub's server is root to the kernel's own files: it could write
# kernel.core_pattern, and with it run a program outside of every sandbox.
_OF_PROC = ("sys", "sysrq-trigger", "irq", "bus", "fs")


def readable_folders() -> list[Path]:
    """What everybody's server reads beside the system: the environment, the interpreter it was made from and
    this package. Nothing else of a checkout: the state may lie in it."""
    package = Path(__file__).resolve().parent.parent
    wanted = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_prefix).resolve(), package]
    kept: list[Path] = []
    for folder in wanted:
        if not any(folder.is_relative_to(other) for other in (Path("/usr"), *kept)):
            kept.append(folder)
    return kept


def system_folders() -> list[Path]:
    """What everybody's server reads of the system."""
    return [Path("/usr"), *(Path("/etc") / name for name in _OF_ETC), *(Path("/") / name for name in _SYSTEM)]


def hidden_folders() -> list[Path]:
    """What is taken out of the environment. debugpy: JupyterLab's debugger listens on a loopback port, where
    anybody may attach to the kernel once its owner let go of it."""
    found = importlib.util.find_spec("debugpy")
    return [Path(folder) for folder in (found and found.submodule_search_locations) or ()]


def home_path(name: str) -> Path:
    """Where the home of `name` (a safe name) is: beside /home/<name> where the environment lies in that."""
    plain = Path("/home") / name
    taken = any(folder.is_relative_to(plain) for folder in readable_folders())
    return plain.with_name(f"{name}-workspace") if taken else plain


def namespaces() -> list[str]:
    """Own processes, own users, own host name, own shared memory; the network is the machine's."""
    return [
        "--die-with-parent",
        "--unshare-user",
        "--disable-userns",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
        *("--uid", str(USER_ID)),
        *("--gid", str(USER_ID)),
        *("--cap-drop", "ALL"),
    ]


def system(temporary_bytes: int) -> list[str]:
    """The system, read-only, with private /proc, /dev, /tmp, /run and an empty /home."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        path = Path("/") / name
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), str(path)]
    for name in _OF_ETC:
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    arguments += ["--proc", "/proc"]
    for name in _OF_PROC:
        arguments += ["--ro-bind-try", f"/proc/{name}", f"/proc/{name}"]
    size = ("--size", str(temporary_bytes))
    arguments += ["--dev", "/dev", *size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]  # noqa: S108
    for folder in ("/tmp", "/var/tmp"):  # noqa: S108  (of the sandbox)
        arguments += ["--perms", "1777", *size, "--tmpfs", folder]
    return [*arguments, "--perms", "0700", *size, "--tmpfs", "/run/user", "--tmpfs", "/home"]


def accounts(name: str, home: Path) -> dict[str, bytes]:
    """/etc/passwd and /etc/group with the person and nobody else."""
    return {
        "/etc/passwd": (
            f"{name}:x:{USER_ID}:{USER_ID}::{home}:/bin/bash\n"
            "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
        ).encode(),
        "/etc/group": f"{name}:x:{USER_ID}:\nnogroup:x:65534:\n".encode(),
    }


def arguments(
    command: str, *, home: int, home_inside: Path, data: dict[str, int], info: int, temporary_bytes: int
) -> list[str]:
    """The whole command line, up to the program to run.

    `home` is a descriptor of the person's folder, `data` descriptors of generated files by their path inside,
    `info` a descriptor for bubblewrap's own report. By descriptor: a path could lead elsewhere by then.
    """
    line = [command, *namespaces(), *system(temporary_bytes)]
    for folder in readable_folders():
        line += ["--ro-bind", str(folder), str(folder)]
    for folder in hidden_folders():
        line += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    for path, descriptor in data.items():
        line += ["--ro-bind-data", str(descriptor), path]
    line += ["--bind-fd", str(home), str(home_inside), "--chdir", str(home_inside)]
    # What is left are empty folders in memory: nothing to be written, nothing to fill it with.
    line += ["--remount-ro", "/home", "--remount-ro", "/", "--info-fd", str(info), "--"]
    return line
