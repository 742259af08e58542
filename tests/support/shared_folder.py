"""Folders and grants of real people for one test, taken away afterwards."""

import shutil
from pathlib import Path
from typing import Any

from .hub import GROUPS, RealHub
from .waiting import until
from .wire import Wire


class Sharing:
    """What one test shares on a hub that others use as well. `folder` is alice's, of a name of its own."""

    def __init__(self, hub: RealHub, name: str) -> None:
        self.hub = hub
        self.name = name
        self.home = hub.workspace("alice")
        self.folder = self.home / name
        self.folder.mkdir()
        self._grants: list[str] = []

    def close(self) -> None:
        for grant in self._grants:
            self.hub.service("DELETE", f"grants/{grant}", by="alice")
        shutil.rmtree(self.folder, ignore_errors=True)

    def wanted(self, grantee: str, role: str = "viewer", path: str = "", **more: Any) -> dict[str, Any]:
        """The body of a new grant on something in the folder."""
        kind = "group" if grantee in GROUPS else "user"
        whole = f"{self.name}/{path}" if path else self.name
        named = {"kind": kind, "name": grantee}
        return {"workspace": self.home.name, "path": whole, "grantee": named, "role": role, **more}

    def give(self, grantee: str, role: str = "viewer", path: str = "", **more: Any) -> dict[str, Any]:
        """A grant by alice, as she sees it, with the share's id as `share`."""
        answer = self.hub.service("POST", "grants", by="alice", json=self.wanted(grantee, role, path, **more))
        assert answer.status_code == 201, answer.text
        grant: dict[str, Any] = answer.json()
        self._grants.append(grant["id"])
        by = GROUPS[grantee][1] if grantee in GROUPS else grantee
        if grantee in GROUPS:
            until(lambda: self._seen_by(by, grant["id"]) is not None, 15)
        seen = self._seen_by(by, grant["id"])
        assert seen is not None
        return {**grant, "share": seen["workspace"]}

    def _seen_by(self, name: str, grant: str) -> dict[str, Any] | None:
        page = self.hub.service("GET", "grants?direction=with-me&limit=1000", by=name).json()
        return next((item for item in page["items"] if item["id"] == grant), None)

    def revoke(self, grant: dict[str, Any], by: str = "alice") -> int:
        return self.hub.service("DELETE", f"grants/{grant['id']}", by=by).status_code

    def status(self, method: str, path: str, by: str | None, **rest: Any) -> int:
        """The status of a request below `workspaces/`."""
        return self.hub.service(method, f"workspaces/{path}", by=by, **rest).status_code

    def wire(self, by: str | None) -> Wire:
        return Wire(self.hub.service_url, None if by is None else self.hub.token(by))

    def tree(self) -> dict[str, bytes]:
        """Everything in the folder, to see that nothing changed."""
        files = sorted(path for path in self.folder.rglob("*"))
        return {
            str(path.relative_to(self.folder)): path.read_bytes() if path.is_file() else b"" for path in files
        }


def write(folder: Path, **files: str) -> None:
    """Files by name; a double underscore is a folder's end, as in `sub__a="text"` (`sub/a`)."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
