"""Configuration of a person's server, given to it with --config. Runs inside the sandbox, in the server."""

import os
from pathlib import Path

from jupyter_apex_ws.spawn.listening import use_handed_over_socket

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (given by traitlets to a configuration file)

c.ServerApp.root_dir = str(Path.home())
c.ServerApp.default_url = "/lab"
c.ServerApp.contents_manager_class = "jupyter_apex_ws.server.contents.ApexContentsManager"
c.ServerApp.allow_unauthenticated_access = False

# Over loopback TCP another person's process could subscribe to a kernel's output without its key.
c.KernelManager.transport = "ipc"

# Nothing leaves for the network unasked: no announcements, no look for a newer version. (That Lab does not
# ask for them either is in jupyter/labconfig.)
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.handlers.announcements.NeverCheckForUpdate"

# The environment is read-only for people: a button that installs into it could only fail.
c.LabApp.extension_manager = "readonly"

use_handed_over_socket()

# The runtime folder is in memory and new with each start.
Path(os.environ["JUPYTER_RUNTIME_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
