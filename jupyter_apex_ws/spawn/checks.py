"""What makes a configuration unsafe: each check refuses with the reason and what to do about it."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path


class UnsafeConfiguration(Exception):
    """The hub must not start like this. The message says why, and what to do."""


def private_folder(path: Path, visible: Iterable[Path]) -> Path:
    """`path` as a folder that nobody but this account reaches, made where it is missing.

    `visible` are folders that people's servers can read: the state may not lie within one.

    Raises
    ------
    UnsafeConfiguration
        for a relative path, a link, a folder of another account or open to others, one whose parents
        others could exchange, or one inside of what people's servers see.
    """
    if not path.is_absolute():
        raise UnsafeConfiguration(f"state={str(path)!r} is relative: give the whole path, from / on.")
    if path.is_symlink():
        raise UnsafeConfiguration(f"The state folder {path} is a link: name the folder that it leads to.")
    _refuse_where_others_write(path)
    _refuse_where_people_read(path, visible)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafeConfiguration(f"The state folder {path} cannot be made: {error.strerror}.") from error
    found = path.lstat()
    if found.st_uid != os.geteuid():
        raise UnsafeConfiguration(f"The state folder {path} belongs to another account: give it to this one.")
    if found.st_mode & 0o077:
        raise UnsafeConfiguration(
            f"Other accounts of this machine reach the state folder {path}, "
            f"and with it everybody's files: chmod 700 {path}"
        )
    return path


def _refuse_where_others_write(path: Path) -> None:
    """Whoever can rename a parent of the state can exchange the state itself."""
    for parent in path.resolve().parents:
        try:
            found = parent.stat()
        except FileNotFoundError:
            continue
        exchangeable = found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX
        if exchangeable or found.st_uid not in {0, os.geteuid()}:
            raise UnsafeConfiguration(
                f"The state folder {path} lies below {parent}, where other accounts of this machine may "
                f"exchange it: choose another place, or take their right to write there."
            )


def _refuse_where_people_read(path: Path, visible: Iterable[Path]) -> None:
    resolved = path.resolve()
    for folder in visible:
        if resolved.is_relative_to(folder.resolve()):
            raise UnsafeConfiguration(
                f"The state folder {path} lies inside {folder}, which everybody's server can read: "
                "choose another place."
            )


def bubblewrap_command() -> str:
    """The path of a bubblewrap that can make a sandbox on this machine.

    Raises
    ------
    UnsafeConfiguration
        where it is missing or the system does not let it work.
    """
    command = shutil.which("bwrap")
    otherwise = 'or ask for no isolation by name with isolation="none" (everybody reads everybody\'s files).'
    if command is None:
        raise UnsafeConfiguration(
            "bubblewrap (bwrap) is not installed, and without it everybody's server could read everybody's "
            f"files: install it (Debian: apt-get install bubblewrap), {otherwise}"
        )
    root = os.open("/", os.O_PATH | os.O_DIRECTORY)
    # The namespaces that the real sandbox asks for, around a program that does nothing. By descriptor, as the
    # real one binds homes: Debian's 0.8 has that since its security update of 2024.
    probe = [command, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--disable-userns"]
    probe += ["--bind-fd", str(root), "/", "--proc", "/proc", "--dev", "/dev", "true"]
    try:
        tried = subprocess.run(  # noqa: S603
            probe, pass_fds=[root], capture_output=True, text=True, timeout=30, check=False
        )
    finally:
        os.close(root)
    if tried.returncode != 0:
        raise UnsafeConfiguration(
            f"bubblewrap cannot make a sandbox on this machine ({tried.stderr.strip()}): allow user "
            f"namespaces (sysctl kernel.unprivileged_userns_clone=1) and bring it up to date, {otherwise}"
        )
    return command
