"""The least of a service, for tests of the spawner alone: gives each name a workspace, and says it is up."""

import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jupyter_apex_ws.adapters.held_port import VARIABLE, borrowed

PREFIX = os.environ["JUPYTERHUB_SERVICE_PREFIX"] + "v1/"
WORKSPACES = Path(os.environ["APEX_WS_STATE"]) / "workspaces"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200 if self.path == f"{PREFIX}health" else 404, {"status": "up"})

    def do_POST(self) -> None:
        own = f"Bearer {os.environ['JUPYTERHUB_API_TOKEN']}"
        if not hmac.compare_digest(self.headers.get("Authorization", ""), own):
            self._answer(401, {})
            return
        name = unquote(self.path.removeprefix(f"{PREFIX}spawn/"))
        workspace = f"w-{name.encode().hex()}"
        (WORKSPACES / workspace).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._answer(200, {"workspace": workspace})

    def _answer(self, status: int, body: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    if (WORKSPACES.parent / "down").exists():
        raise SystemExit("a test wants this service to be down")
    address = ("127.0.0.1", urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]).port or 0)
    server = ThreadingHTTPServer(address, Handler, bind_and_activate=False)
    with borrowed(Path(os.environ[VARIABLE]), *address) as listening:
        server.socket.close()
        server.socket = listening
        server.server_name, server.server_port = address
        server.serve_forever()
