"""scripts/install.sh: what is missing on the machine is said in one sentence, with what to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED = (
    "bash",
    "env",
    "cat",
    "sha256sum",
    "cut",
    "awk",
    "dirname",
    "rm",
    "mkdir",
    "ln",
    "find",
    "sort",
    "xargs",
)


class Machine:
    """A checkout on a machine where few commands are installed; the others are put there by a test."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ("requirements", "scripts"):
            shutil.copytree(ROOT / name, self.checkout / name)
        for name in ("package.json", "pyproject.toml", "yarn.lock", ".yarnrc.yml", "tsconfig.json"):
            shutil.copy(ROOT / name, self.checkout / name)
        for name in NEEDED:
            (self.bin / name).symlink_to(str(shutil.which(name)))
        self.has("id", "echo 1000")
        self.has("node", "echo v20.1.0")
        self.has("bwrap", "true")
        self.has("df", "printf 'f b u a\\n/ 9 9 99000000 9 /\\n'")

    def has(self, name: str, script: str) -> None:
        command = self.bin / name
        command.unlink(missing_ok=True)
        command.write_text(f"#!/bin/bash\n{script}\n")
        command.chmod(0o755)

    def has_not(self, name: str) -> None:
        (self.bin / name).unlink()

    def install(self, **environment: str) -> str:
        done = subprocess.run(
            [self.bin / "bash", self.checkout / "scripts" / "install.sh", "run"],
            env={"PATH": os.fspath(self.bin), "HOME": os.fspath(self.checkout), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        said = done.stderr.strip()
        assert len(said.splitlines()) == 1, said
        assert not (self.checkout / ".venv").exists()
        return said


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_no_node_is_said(machine: Machine) -> None:
    machine.has_not("node")
    assert machine.install() == (
        "Node.js 20 or newer is needed, and none was found: install it and put `node` on the PATH."
    )


def test_an_old_node_is_said(machine: Machine) -> None:
    machine.has("node", "echo v18.19.0")
    assert machine.install().startswith("Node.js 20 or newer is needed, and v18.19.0 was found")


def test_no_bubblewrap_is_said_to_who_may_not_install_it(machine: Machine) -> None:
    machine.has_not("bwrap")
    assert machine.install() == (
        "bubblewrap is needed, which keeps people's servers apart, and it is not installed: "
        "apt-get install bubblewrap (as root), then run this again."
    )


def test_no_bubblewrap_is_installed_for_who_may(machine: Machine) -> None:
    machine.has_not("bwrap")
    machine.has("id", "echo 0")
    asked = machine.checkout / "asked"
    machine.has("apt-get", f'echo "$@" >>{asked}; case " $* " in *" install "*) exit 3;; esac')
    done = subprocess.run(
        [machine.bin / "bash", machine.checkout / "scripts" / "install.sh", "run"],
        env={"PATH": os.fspath(machine.bin)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert "Installing bubblewrap from Debian" in done.stderr
    assert "--no-install-recommends -o DPkg::Lock::Timeout=540 install bubblewrap" in asked.read_text()


def test_an_old_python_is_said(machine: Machine) -> None:
    machine.has("python3", '[ "$1" = --version ] || exit 1; echo Python 3.9.2')
    assert machine.install() == (
        "Python 3.11 or newer is needed, and Python 3.9.2 was found: install it (Debian: apt-get install "
        "python3 python3-venv), or name it: make PYTHON=/path/to/python3.11."
    )


def test_no_python_is_said(machine: Machine) -> None:
    assert "and no Python was found" in machine.install()


def test_python_without_venv_is_said_to_who_may_not_install_it(machine: Machine) -> None:
    machine.has("python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    assert machine.install().startswith("Python's venv module is missing: apt-get install python3-venv")


def test_a_full_disk_is_said(machine: Machine) -> None:
    machine.has("df", "printf 'f b u a\\n/ 9 9 512000 9 /\\n'")
    assert machine.install() == (
        "There are 500 MB free where this checkout is, and installing takes 3000 MB: free some, or check out "
        "somewhere else."
    )
