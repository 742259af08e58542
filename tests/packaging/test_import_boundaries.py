"""The check of import boundaries finds what is planted, and nothing in the checkout as it is."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def check(checkout: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, ROOT / "scripts" / "check_imports.py", checkout]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_checkout_keeps_its_boundaries() -> None:
    done = check(ROOT)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("jupyter_apex_ws/core/grants.py", "import sqlalchemy\n"),
        ("jupyter_apex_ws/core/grants.py", "from jupyterhub.services.auth import HubAuth\n"),
        ("jupyter_apex_ws/core/grants.py", "def late():\n    from fastapi import Depends\n"),
        ("jupyter_apex_ws/core/grants.py", "from ..adapters.files import store\n"),
        ("jupyter_apex_ws/core/grants.py", "from .. import hub\n"),
        ("jupyter_apex_ws/core/deep/grants.py", "from ...server import app\n"),
        ("jupyter_apex_ws/contract/me.py", "from ..core import errors\n"),
        ("jupyter_apex_ws/adapters/database/sqlite.py", "import jupyter_apex_ws.hub.app\n"),
        ("jupyter_apex_ws/hub/app.py", "from jupyter_apex_ws.server import app\n"),
        ("jupyter_apex_ws/server/app.py", "from ..spawn import configure\n"),
        ("src/finder/model.ts", "import { ShareModel } from '../share/model';\n"),
        ("src/finder/components/Row.tsx", "import type { IRow } from '../../share/state';\n"),
        ("src/finder/model.ts", "import {\n  A,\n  B\n} from '../share';\n"),
        ("src/finder/model.ts", "const late = await import('../share/dialog');\n"),
        ("src/finder/model.ts", "export * from '../share/words';\n"),
        ("src/finder/model.ts", "import { fake } from '../testing/fakeClient';\n"),
        ("src/ui/RemoteView.tsx", "import '../finder/model';\n"),
        ("src/api/client.ts", "import { RemoteView } from '../ui';\n"),
    ],
)
def test_a_planted_import_is_found(tmp_path: Path, file: str, text: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(f"\n{text}")
    done = check(tmp_path)
    assert done.returncode == 1
    assert file in done.stdout


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "jupyter_apex_ws/core/grants.py",
            "import re\nfrom ..contract import grants\nfrom . import access\n",
        ),
        ("jupyter_apex_ws/contract/me.py", "from pydantic import Field\n"),
        ("jupyter_apex_ws/hub/app.py", "import fastapi\nfrom ..adapters import files\n"),
        (
            "src/finder/model.ts",
            "import { IFinder } from '../tokens';\nimport { Client } from '../api/client';\n",
        ),
        ("src/finder/components/Row.tsx", "import { rows } from '../rows';\nimport React from 'react';\n"),
        ("src/finder/__tests__/model.spec.ts", "import { fake } from '../../testing/fakeClient';\n"),
        ("src/__tests__/plugins.spec.ts", "import plugins from '../index';\n"),
        ("src/index.ts", "import share from './share/plugin';\n"),
    ],
)
def test_an_allowed_import_is_not_found(tmp_path: Path, file: str, text: str) -> None:
    allowed = tmp_path / file
    allowed.parent.mkdir(parents=True)
    allowed.write_text(text)
    assert check(tmp_path).returncode == 0
