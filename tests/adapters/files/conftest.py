"""A store with one workspace on the disk of the test."""

from pathlib import Path

import pytest
from stored_files import WORKSPACE, Files

from jupyter_apex_ws.adapters.files import LocalFileStore


@pytest.fixture
def files(tmp_path: Path) -> Files:
    store = LocalFileStore(tmp_path / "workspaces")
    store.create_root(WORKSPACE)
    return Files(store, tmp_path / "workspaces" / WORKSPACE)
