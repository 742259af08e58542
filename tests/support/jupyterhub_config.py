"""Configuration of a hub under test; `RealHub` puts what it wants into APEX_WS_TEST_HUB as JSON."""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, os.fspath(ROOT / "deploy" / "demo"))

from demo_hub import set_up  # noqa: E402

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (given by traitlets to a configuration file)
wanted = json.loads(os.environ.pop("APEX_WS_TEST_HUB"))

set_up(
    c,
    home=Path(wanted["home"]),
    port=wanted["port"],
    password=wanted["password"],
    people=tuple(wanted["people"]),
    admins=tuple(wanted["admins"]),
    groups=wanted["groups"],
    settings=wanted["settings"],
)
c.JupyterHub.log_level = "DEBUG" if wanted["debug"] else "INFO"
c.JupyterHub.load_roles += wanted["roles"]
for service in c.JupyterHub.services:
    service["environment"].update(wanted["service_environment"])
    if wanted["service_command"]:
        service["command"] = wanted["service_command"]
c.Spawner.environment = wanted["server_environment"]
