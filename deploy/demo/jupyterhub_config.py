"""Configuration of the hub that `make run` starts; scripts/run.py sets the variables."""

import os
import sys
from pathlib import Path

sys.path.insert(0, os.fspath(Path(__file__).resolve().parent))

from demo_hub import set_up

HOME = Path(os.environ["APEX_WS_HOME"])

set_up(
    get_config(),  # type: ignore[name-defined]  # noqa: F821  (given by traitlets to a configuration file)
    home=HOME,
    port=int(os.environ["PORT"]),
    password=os.environ.pop("APEX_WS_DEMO_PASSWORD"),
    settings={"skeleton": HOME / "demo-content" / "{username}"},
)
