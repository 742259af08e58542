"""A process that dies at any step of a save leaves the old version or the new one; the sweep tidies up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cut_off_save import DIED

from jupyter_apex_ws.adapters.files import LocalFileStore
from jupyter_apex_ws.core.ports import Anchor

OLD, NEW = b"old" * 100_000, b"new" * 150_000
REPOSITORY = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("cut_off_save.py")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("act", ["replace", "create", "delete"])
def test_a_process_that_dies_at_any_step_leaves_old_or_new(tmp_path: Path, act: str, when: str) -> None:
    outcomes: list[bytes | None] = []
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    for step in range(1, 60):
        root = tmp_path / f"{step}"
        store = LocalFileStore(root)
        store.create_root("w-1")
        if act != "create":
            (root / "w-1" / "a.txt").write_bytes(OLD)
        arguments = [sys.executable, str(SCRIPT), str(root), str(step), when, act]
        code = subprocess.run(arguments, check=False, env=environment).returncode
        outcomes.append(_after_a_sweep(root))
        if code == 0:
            break
        assert code == DIED
    else:
        pytest.fail("the save has more steps than this test tries")
    first, last = {"replace": (OLD, NEW), "create": (None, NEW), "delete": (OLD, None)}[act]
    assert set(outcomes) == {first, last}
    # Once it is visible it stays.
    assert outcomes == sorted(outcomes, key=[first, last].index)
    assert len(outcomes) > 5


def _after_a_sweep(root: Path) -> bytes | None:
    """What is at the name once the next process has started; nothing else but a copy of OLD may be there."""
    store = LocalFileStore(root)
    store.sweep_temporaries()
    left = {entry.name: entry.read_bytes() for entry in (root / "w-1").iterdir()}
    found = left.pop("a.txt", None)
    assert all(".conflict-" in name and data == OLD for name, data in left.items())
    assert len(left) <= 1
    if found is not None:
        assert store.stat(Anchor("w-1", (), None), (b"a.txt",)).size == len(found)
    return found
